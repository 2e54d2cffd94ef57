"""What a newcomer does with the official client: a collection of one's own, points, queries, aliases. Prints what was answered,
one JSON document a line, so that a run through the gateway can be held against one without it.

    quickstart.py COLLECTION      over REST, then over gRPC; address and key come from QDRANT_URL, QDRANT_GRPC_PORT and QDRANT_API_KEY
"""

import json
import os
import sys

from qdrant_client import QdrantClient, models

NAME = sys.argv[1]


def connect(grpc):
    return QdrantClient(
        url=os.environ["QDRANT_URL"],
        grpc_port=int(os.environ["QDRANT_GRPC_PORT"]),
        prefer_grpc=grpc,
        api_key=os.environ.get("QDRANT_API_KEY"),
        timeout=20,
    )


def show(*values):
    print(json.dumps([plain(v) for v in values], sort_keys=True))


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return round(value, 4)
    if hasattr(value, "model_dump"):
        return plain(json.loads(value.model_dump_json(exclude={"version", "operation_id"})))
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in ("version", "operation_id")}
    return value


def run(client):
    client.create_collection(NAME, vectors_config=models.VectorParams(size=4, distance=models.Distance.DOT))
    show(client.collection_exists(NAME), client.collection_exists("nothing-here"))
    show(
        client.upsert(
            NAME,
            wait=True,
            points=[
                models.PointStruct(id=1, vector=[0.05, 0.61, 0.76, 0.74], payload={"city": "Berlin"}),
                models.PointStruct(id=2, vector=[0.19, 0.81, 0.75, 0.11], payload={"city": "London"}),
                models.PointStruct(id=3, vector=[0.36, 0.55, 0.47, 0.94], payload={"city": "Moscow"}),
                models.PointStruct(id="0c2f0e5e-6f8a-4f2c-9d5e-0f3f7d6c1a2b", vector=[0.18, 0.01, 0.85, 0.80], payload={"city": "Berlin"}),
            ],
        )
    )
    show(client.query_points(NAME, query=[0.2, 0.1, 0.9, 0.7], limit=3).points)
    london = models.Filter(must=[models.FieldCondition(key="city", match=models.MatchValue(value="London"))])
    show(client.query_points(NAME, query=[0.2, 0.1, 0.9, 0.7], query_filter=london, with_payload=True, limit=3).points)
    show(client.query_points(NAME, query=2, limit=2).points)
    show(client.count(NAME), client.retrieve(NAME, [1, 2]), client.scroll(NAME, limit=2))
    show(client.facet(NAME, "city"))
    client.create_payload_index(NAME, "city", models.PayloadSchemaType.KEYWORD)
    client.set_payload(NAME, {"seen": True}, points=[1])
    client.update_collection_aliases(
        [models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name=NAME, alias_name=NAME + "-now"))]
    )
    show(client.query_points(NAME + "-now", query=[0.2, 0.1, 0.9, 0.7], limit=1, with_payload=True).points)
    show(sorted(a.alias_name[len(NAME) :] for a in client.get_aliases().aliases if a.collection_name == NAME))
    client.delete(NAME, models.PointIdsList(points=[1]))
    show(client.count(NAME).count, [c.name == NAME for c in client.get_collections().collections if c.name.startswith(NAME)])
    show(client.get_collection(NAME).points_count)
    try:
        client.get_collection("nothing-here")
    except Exception as e:  # noqa: BLE001
        show(getattr(e, "status_code", None) or e.code().name)
    client.delete_collection(NAME)
    show(client.collection_exists(NAME))


for grpc in (False, True):
    run(connect(grpc))
