"""What a tenant does with a collection that it shares, without knowing so. Prints what was answered, one JSON document a line, so
that a run through the gateway, beside another tenant, can be held against one over a collection of its own.

    shared.py COLLECTION rest|grpc write SEED
    shared.py COLLECTION both read SEED
"""

import json
import os
import random
import sys
import uuid

from qdrant_client import QdrantClient, models

NAME, PROTOCOL, PART, SEED = sys.argv[1:]
made = random.Random(SEED)
ids = list(range(1, 21)) + [str(uuid.UUID(int=made.getrandbits(128))) for _ in range(10)]
points = [
    models.PointStruct(
        id=i,
        vector=[round(made.random(), 3) for _ in range(4)],
        payload={"kind": made.choice(["a", "b", "c"]), "n": made.randrange(5), "owner": SEED},
    )
    for i in ids
]


def show(what, *values):
    print(json.dumps([what, [plain(v) for v in values]], sort_keys=True))


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return round(value, 4)
    if hasattr(value, "model_dump"):
        return plain(json.loads(value.model_dump_json()))
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in ("version", "operation_id") and v is not None}
    return value


def missing(what, call):
    try:
        show(what, call())
    except Exception as e:  # noqa: BLE001
        show(what, "refused")


def has(**wanted):
    return models.Filter(must=[models.FieldCondition(key=k, match=models.MatchValue(value=v)) for k, v in wanted.items()])


def connect(grpc):
    return QdrantClient(
        url=os.environ["QDRANT_URL"],
        grpc_port=int(os.environ["QDRANT_GRPC_PORT"]),
        prefer_grpc=grpc,
        api_key=os.environ.get("QDRANT_API_KEY"),
        timeout=20,
    )


def write(client):
    client.upsert(NAME, points=points, wait=True)
    client.set_payload(NAME, {"seen": SEED}, points=ids[:3])
    client.overwrite_payload(NAME, {"kind": "z"}, points=[ids[3], ids[-1]])
    client.clear_payload(NAME, points_selector=models.PointIdsList(points=[ids[4]]))
    client.overwrite_payload(NAME, {"kind": "y"}, points=has(kind="c", n=1))
    client.clear_payload(NAME, points_selector=models.FilterSelector(filter=has(kind="c", n=2)))
    client.delete_payload(NAME, keys=["n"], points=has(kind="a"))
    client.delete(NAME, points_selector=models.PointIdsList(points=[ids[5], ids[-2]]))
    client.batch_update_points(
        NAME,
        [
            models.SetPayloadOperation(set_payload=models.SetPayload(payload={"late": 1}, points=[ids[6]])),
            models.ClearPayloadOperation(clear_payload=models.PointIdsList(points=[ids[7], ids[8]])),
            models.DeleteOperation(delete=models.FilterSelector(filter=has(kind="c", n=0))),
        ],
    )


def read(client):
    query = points[0].vector
    show("count", client.count(NAME), client.count(NAME, count_filter=has(kind="b")))
    show("query", client.query_points(NAME, query=query, limit=50, with_payload=True).points)
    show("only", client.query_points(NAME, query=query, limit=5, with_payload=["kind"]).points)
    show("plain", client.query_points(NAME, query=query, limit=5, with_payload=False, with_vectors=True).points)
    show("example", client.query_points(NAME, query=ids[0], limit=5).points)
    show("example uuid", client.query_points(NAME, query=ids[-3], limit=5).points)
    recommend = models.RecommendQuery(recommend=models.RecommendInput(positive=[ids[0], ids[1]], negative=[ids[2]]))
    show("recommend", client.query_points(NAME, query=recommend, limit=5).points)
    pair = models.ContextPair(positive=ids[1], negative=ids[2])
    discover = models.DiscoverQuery(discover=models.DiscoverInput(target=ids[0], context=[pair]))
    show("discover", client.query_points(NAME, query=discover, limit=5).points)
    nested = models.Prefetch(
        prefetch=[models.Prefetch(query=query, limit=20)], query=points[1].vector, limit=10, filter=has(kind="b")
    )
    both = [nested, models.Prefetch(query=points[2].vector, limit=10)]
    show("prefetch", client.query_points(NAME, prefetch=both, query=models.FusionQuery(fusion=models.Fusion.RRF), limit=8).points)
    show("groups", client.query_points_groups(NAME, query=query, group_by="kind", limit=3, group_size=2, with_payload=True))
    show("facet", client.facet(NAME, "kind"), client.facet(NAME, "owner"))
    show("retrieve", client.retrieve(NAME, [ids[3], ids[-1], ids[4], ids[7]]), client.retrieve(NAME, [999, ids[5]]))
    page, following, seen = [], None, 0
    for _ in range(20):
        found, following = client.scroll(NAME, limit=7, offset=following, with_payload=True)
        page += found
        if following is None:
            break
    show("numbers in order", [p for p in page if isinstance(p.id, int)])
    show("uuids", sorted([p for p in page if not isinstance(p.id, int)], key=lambda p: p.id))
    show("has id", client.count(NAME, count_filter=models.Filter(must=[models.HasIdCondition(has_id=[1, 2, ids[-1], 999])])))
    requests = [models.QueryRequest(query=query, limit=2), models.QueryRequest(query=ids[1], limit=2, with_payload=True)]
    show("batch", client.query_batch_points(NAME, requests))
    pairs = client.search_matrix_pairs(NAME, sample=100, limit=2).pairs
    show("pairs", sorted(str(plain(p)) for p in pairs))
    missing("missing example", lambda: client.query_points(NAME, query=999).points)


if PART == "write":
    write(connect(PROTOCOL == "grpc"))
else:
    for grpc in (False, True):
        read(connect(grpc))
