// What a newcomer does with the official client for Node.js. Prints what was answered, one JSON document a line.
//   node quickstart.mjs COLLECTION      address and key come from QDRANT_URL and QDRANT_API_KEY
import { createRequire } from 'node:module';

const require = createRequire(process.env.QDRANT_CLIENTS + '/');
const { QdrantClient } = require('@qdrant/js-client-rest');

const name = process.argv[2];
const url = new URL(process.env.QDRANT_URL);
const client = new QdrantClient({
  host: url.hostname,
  port: Number(url.port),
  https: url.protocol === 'https:',
  apiKey: process.env.QDRANT_API_KEY,
  checkCompatibility: false,
});

const kept = (key, value) => (['operation_id', 'version', 'time', 'usage'].includes(key) ? undefined : value);
const show = (value) => console.log(JSON.stringify(value, kept));

await client.createCollection(name, { vectors: { size: 4, distance: 'Dot' } });
show((await client.collectionExists(name)).exists);
show(
  await client.upsert(name, {
    wait: true,
    points: [
      { id: 1, vector: [0.05, 0.61, 0.76, 0.74], payload: { city: 'Berlin' } },
      { id: 2, vector: [0.19, 0.81, 0.75, 0.11], payload: { city: 'London' } },
      { id: '0c2f0e5e-6f8a-4f2c-9d5e-0f3f7d6c1a2b', vector: [0.18, 0.01, 0.85, 0.8], payload: { city: 'Berlin' } },
    ],
  })
);
const london = { must: [{ key: 'city', match: { value: 'London' } }] };
show(await client.query(name, { query: [0.2, 0.1, 0.9, 0.7], limit: 3 }));
show(await client.query(name, { query: [0.2, 0.1, 0.9, 0.7], filter: london, with_payload: true }));
show(await client.query(name, { query: { recommend: { positive: [1] } }, limit: 2 }));
show(await client.scroll(name, { limit: 2 }));
show(await client.retrieve(name, { ids: [2] }));
show(await client.count(name, { filter: london, exact: true }));
await client.setPayload(name, { payload: { seen: true }, points: [1] });
await client.delete(name, { points: [2] });
show((await client.count(name)).count);
show((await client.getCollections()).collections.filter((c) => c.name === name).length);
try {
  await client.getCollection('nothing-here');
} catch (e) {
  show(e.status);
}
await client.deleteCollection(name);
show((await client.collectionExists(name)).exists);
