// pg and pgvector for Node.js, as their projects show them. Arguments: port, user, password.
import pg from 'pg';
import pgvector from 'pgvector/pg';

const [port, user, password] = process.argv.slice(2);
const where = { host: '127.0.0.1', port: Number(port), user, password, database: 'rag', ssl: { rejectUnauthorized: false } };

const client = new pg.Client(where);
await client.connect();
await client.query('CREATE EXTENSION IF NOT EXISTS vector');
await pgvector.registerTypes(client);
await client.query('DROP TABLE IF EXISTS items');
await client.query('CREATE TABLE items (id bigserial PRIMARY KEY, embedding vector(3))');
await client.query('INSERT INTO items (embedding) VALUES ($1)', [pgvector.toSql([1, 2, 3])]);
const near = 'SELECT * FROM items ORDER BY embedding <-> $1 LIMIT $2';
console.log(JSON.stringify((await client.query(near, [pgvector.toSql([1, 2, 3]), 5])).rows));
await client.query('CREATE INDEX ON items USING hnsw (embedding vector_l2_ops)');
await client.query('DROP TABLE items');
await client.end();

const pool = new pg.Pool(where);
const pooled = await pool.connect();
try {
  await pooled.query('BEGIN');
  await pooled.query('CREATE TABLE users (name text, id serial)');
  const made = await pooled.query('INSERT INTO users (name) VALUES ($1) RETURNING id', ['brianc']);
  console.log(JSON.stringify(made.rows));
  await pooled.query('ROLLBACK');
} finally {
  pooled.release();
}
await pool.end();
