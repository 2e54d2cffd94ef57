"""Chroma's own client, as its documentation has it, but for the address and the credentials.

chroma_client.py PORT CA_FILE API_KEY STEP...: prints a line of JSON for each step.
"""

import json
import sys

import chromadb
from chromadb.config import Settings

port, authority, key = sys.argv[1:4]
client = chromadb.HttpClient(
    host="localhost",
    port=int(port),
    ssl=True,
    headers={"x-chroma-token": key},
    settings=Settings(chroma_server_ssl_verify=authority, anonymized_telemetry=False),
)


def quick_start():
    collection = client.create_collection("all-my-documents", embedding_function=None)
    collection.add(
        ids=["doc1", "doc2"],
        documents=["This is document1", "This is document2"],
        metadatas=[{"source": "notion"}, {"source": "google-docs"}],
        embeddings=[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
    )
    found = collection.query(query_embeddings=[[0.9, 0.1, 0.0]], n_results=2)
    return {"name": collection.name, "ids": found["ids"][0], "documents": found["documents"][0]}


def every_verb():
    collection = client.get_or_create_collection("all-my-documents", embedding_function=None)
    collection.upsert(ids=["doc3"], documents=["third"], embeddings=[[0.0, 0.0, 1.0]])
    collection.update(ids=["doc3"], documents=["third, edited"], embeddings=[[0.0, 0.0, 1.0]])
    seen = collection.get(ids=["doc3"], include=["documents"])["documents"]
    where = collection.get(where={"source": "notion"})["ids"]
    collection.delete(ids=["doc3"])
    count = collection.count()
    peeked = len(collection.peek(1)["ids"])
    collection.modify(name="renamed-documents")
    renamed = client.get_collection("renamed-documents", embedding_function=None).count()
    client.get_collection("renamed-documents", embedding_function=None).modify(name="all-my-documents")
    return {"seen": seen, "where": where, "count": count, "peeked": peeked, "renamed": renamed}


def names():
    return sorted(c.name for c in client.list_collections())


def version():
    return client.get_version()


def collection_id():
    return str(client.get_collection("all-my-documents", embedding_function=None).id)


def get(name):
    return client.get_collection(name, embedding_function=None).name


def create(name):
    return client.create_collection(name, embedding_function=None).name


def remove(name):
    client.delete_collection(name)
    return "gone"


def by_id(identifier):
    """Asks by another's identifier, which the server takes whatever the path says."""
    from chromadb.api.models.Collection import Collection  # noqa: F401

    root = "/tenants/default_tenant/databases/default_database/collections/"
    return client._server._make_request("post", root + identifier + "/get", json={"limit": 5})


for step in sys.argv[4:]:
    name, _, argument = step.partition(":")
    try:
        done = globals()[name](*([argument] if argument else []))
        print(json.dumps({"step": step, "done": done}))
    except Exception as e:  # what the client says is what is tested
        print(json.dumps({"step": step, "refused": type(e).__name__, "text": str(e)}))
