"""Quick starts as their projects show them, unchanged but for address and credentials.

Arguments: port, user, password, names of quick starts.
"""

import asyncio
import ssl
import sys
import urllib.parse

import numpy as np

port, user, password, *names = sys.argv[1:]
where = dict(host="127.0.0.1", port=int(port), user=user, password=password)
url = f"{user}:{urllib.parse.quote(password)}@127.0.0.1:{port}/rag?sslmode=require"


def psycopg3():
    import psycopg
    from pgvector.psycopg import register_vector

    conn = psycopg.connect(dbname="rag", sslmode="require", autocommit=True, **where)
    conn.execute("CREATE EXTENSION IF NOT EXISTS vector")
    register_vector(conn)
    conn.execute("DROP TABLE IF EXISTS items")
    conn.execute("CREATE TABLE items (id bigserial PRIMARY KEY, embedding vector(3))")
    conn.execute("CREATE INDEX ON items USING hnsw (embedding vector_l2_ops)")
    conn.execute("INSERT INTO items (embedding) VALUES (%s), (%s)", (np.array([1, 2, 3]), np.array([4, 5, 6])))
    near = "SELECT * FROM items ORDER BY embedding <-> %s LIMIT %s"
    assert len(conn.execute(near, (np.array([3, 1, 2]), 5)).fetchall()) == 2
    assert list(conn.execute("SELECT AVG(embedding) FROM items").fetchone()[0]) == [2.5, 3.5, 4.5]
    conn.execute("ALTER TABLE items ADD COLUMN category_id int")
    conn.execute("TRUNCATE items")
    conn.execute("DROP TABLE items")


def psycopg2():
    import psycopg2
    from pgvector.psycopg2 import register_vector

    conn = psycopg2.connect(dbname="rag", sslmode="require", **where)
    conn.autocommit = True
    cur = conn.cursor()
    cur.execute("CREATE EXTENSION IF NOT EXISTS vector")
    register_vector(conn)
    cur.execute("CREATE TABLE items (id bigserial PRIMARY KEY, embedding vector(3))")
    cur.execute("INSERT INTO items (embedding) VALUES (%s), (%s)", (np.array([1, 2, 3]), np.array([4, 5, 6])))
    cur.execute("SELECT * FROM items ORDER BY embedding <-> %s LIMIT 5", (np.array([3, 1, 2]),))
    assert len(cur.fetchall()) == 2
    cur.execute("DROP TABLE items")


def asyncpg():
    import asyncpg
    from pgvector.asyncpg import register_vector

    async def main():
        tls = ssl.create_default_context()
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
        pool = await asyncpg.create_pool(database="rag", ssl=tls, min_size=1, max_size=1, init=register_vector, **where)
        async with pool.acquire() as conn:
            await conn.execute("CREATE EXTENSION IF NOT EXISTS vector")
            await conn.execute("CREATE TABLE items (id bigserial PRIMARY KEY, embedding vector(3))")
            await conn.execute("INSERT INTO items (embedding) VALUES ($1)", np.array([1, 2, 3]))
        async with pool.acquire() as conn, conn.transaction():  # the connection was cleared between
            near = "SELECT * FROM items ORDER BY embedding <-> $1 LIMIT $2"
            assert len(await conn.fetch(near, np.array([3, 1, 2]), 5)) == 1
            await conn.execute("DROP TABLE items")
        await pool.close()

    asyncio.run(main())


def sqlalchemy(driver="psycopg"):
    from pgvector.sqlalchemy import Vector
    from sqlalchemy import Index, create_engine, select, text
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Item(Base):
        __tablename__ = "item"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        embedding = mapped_column(Vector(3))

    engine = create_engine(f"postgresql+{driver}://{url}")
    with Session(engine) as session:
        session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        session.commit()
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)  # they are there
    Index(
        "my_index",
        Item.embedding,
        postgresql_using="hnsw",
        postgresql_with={"m": 16, "ef_construction": 64},
        postgresql_ops={"embedding": "vector_l2_ops"},
    ).create(engine)
    with Session(engine) as session:
        session.add_all([Item(embedding=[1, 2, 3], name="a"), Item(embedding=[4, 5, 6], name="b")])
        session.commit()
        near = select(Item.name).order_by(Item.embedding.l2_distance([3, 1, 2])).limit(5)
        assert session.scalars(near).all() == ["a", "b"]
        session.get(Item, 1).name = "c"
        session.commit()
        session.delete(session.get(Item, 2))
        session.commit()
    Base.metadata.drop_all(engine)


def sqlalchemy_psycopg2():
    sqlalchemy("psycopg2")


def langchain():
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_postgres import PGVector

    class Lengths(Embeddings):
        def embed_documents(self, texts):
            return [[float(len(t)), 1.0, 2.0] for t in texts]

        def embed_query(self, text):
            return [float(len(text)), 1.0, 2.0]

    store = PGVector(
        embeddings=Lengths(), collection_name="my_docs", connection=f"postgresql+psycopg://{url}", use_jsonb=True
    )
    docs = [
        Document(page_content="there are cats in the pond", metadata={"id": 1, "topic": "animals"}),
        Document(page_content="ducks are also found in the pond", metadata={"id": 2, "topic": "animals"}),
    ]
    store.add_documents(docs, ids=[str(d.metadata["id"]) for d in docs])
    assert len(store.similarity_search("kitty", k=10, filter={"id": {"$in": [1, 5, 2, 9]}})) == 2
    assert len(store.similarity_search_with_score("cats", k=1)) == 1
    store.delete(ids=["2"])
    assert len(store.similarity_search("kitty", k=10)) == 1
    store.drop_tables()


for name in names:
    try:
        globals()[name]()
        print(f"{name} done")
    except Exception as e:
        print(f"{name} failed: {str(e)[:400]}")
