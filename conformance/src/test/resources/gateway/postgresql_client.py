"""psycopg with pgvector's types, as pgvector's own examples use them.

Arguments: port, the authority's certificate, user, password, steps.
"""

import json
import sys

import numpy as np
import psycopg
from pgvector.psycopg import register_vector

port, ca, user, password, *steps = sys.argv[1:]


def connected():
    return psycopg.connect(
        host="127.0.0.1", port=port, user=user, password=password, dbname="rag",
        sslmode="verify-ca", sslrootcert=ca, autocommit=True,
    )


def quick_start():
    with connected() as conn:
        conn.execute("CREATE EXTENSION IF NOT EXISTS vector")
        register_vector(conn)
        conn.execute("DROP TABLE IF EXISTS documents")
        conn.execute("CREATE TABLE documents (id bigserial PRIMARY KEY, content text, embedding vector(3))")
        for i in range(5):
            conn.execute(
                "INSERT INTO documents (content, embedding) VALUES (%s, %s)", (f"text {i}", np.array([i, i, i]))
            )
        rows = conn.execute(
            "SELECT content, embedding FROM documents ORDER BY embedding <=> %s, id LIMIT 2", (np.array([1, 1, 1]),)
        ).fetchall()
        return [[content, [float(x) for x in embedding]] for content, embedding in rows]


def binary_copy():
    with connected() as conn:
        register_vector(conn)
        cur = conn.cursor()
        with cur.copy("COPY documents (content, embedding) FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["text", "vector"])
            for i in range(100):
                copy.write_row([f"row {i}", np.random.rand(3)])
        return conn.execute("SELECT count(*) FROM documents").fetchone()[0]


def pipeline():
    with connected() as conn, conn.pipeline():
        first = conn.execute("SELECT count(*) FROM documents")
        second = conn.execute("SELECT 7")
        return [first.fetchone()[0], second.fetchone()[0]]


def index():
    with connected() as conn:
        conn.execute("CREATE INDEX ON documents USING hnsw (embedding vector_l2_ops) WITH (m = 16, ef_construction = 64)")
        with conn.transaction():
            conn.execute("SET LOCAL hnsw.ef_search = 100")
            return conn.execute("SELECT count(*) FROM documents").fetchone()[0]


def foreign():
    with connected() as conn:
        conn.execute("SELECT * FROM globex_secret")


def type_of_foreign():
    with connected() as conn:
        return conn.execute(
            "SELECT count(*) FROM pg_type t WHERE t.oid = to_regtype(%s)", ("globex_secret",)
        ).fetchone()[0]


def types():
    with connected() as conn:
        rows = conn.execute("SELECT typname FROM pg_type WHERE typname LIKE '%%secret%%' OR typname LIKE '%%docs%%'")
        return [r[0] for r in rows.fetchall()]


for step in steps:
    try:
        print(json.dumps({"done": globals()[step]()}))
    except psycopg.Error as e:
        print(json.dumps({"refused": e.sqlstate}))
