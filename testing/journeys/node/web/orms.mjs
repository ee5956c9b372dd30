// What is built on the driver: Drizzle, Kysely, and Prisma's adapter (without Prisma's client, which downloads things).
import assert from 'node:assert/strict';
import { neon, neonConfig, Pool } from '@neondatabase/serverless';
import { PrismaNeon } from '@prisma/adapter-neon';
import { eq, sql as drizzleSql } from 'drizzle-orm';
import { drizzle as overHttp } from 'drizzle-orm/neon-http';
import { drizzle as overWebSocket } from 'drizzle-orm/neon-serverless';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { Kysely, PostgresDialect } from 'kysely';
import { NeonDialect } from 'kysely-neon';
import { set } from './setting.mjs';
import { failureOf, tell, url } from './teller.mjs';

async function pooled(story) {
  const pool = new Pool({ connectionString: url() });
  await story(pool);
  await pool.end();
}

await tell({
  async drizzleQueriesAndBatchesOverHttp() {
    const birds = pgTable('birds', { id: integer().primaryKey(), name: text().notNull() });
    const db = overHttp(neon(url()), { schema: { birds } });
    await db.execute(drizzleSql`drop table if exists birds`);
    await db.execute(drizzleSql`create table birds (id int primary key, name text not null)`);
    assert.deepEqual(await db.insert(birds).values({ id: 1, name: 'lark' }).returning(), [{ id: 1, name: 'lark' }]);
    const [inserted, all] = await db.batch([
      db.insert(birds).values({ id: 2, name: 'owl' }), db.select().from(birds).orderBy(birds.id)]);
    assert.equal(inserted.rowCount, 1);
    assert.deepEqual(all, [{ id: 1, name: 'lark' }, { id: 2, name: 'owl' }]);
    assert.deepEqual(await db.query.birds.findFirst({ where: eq(birds.name, 'owl') }), { id: 2, name: 'owl' });
    const failure = await failureOf(db.insert(birds).values({ id: 2, name: 'wren' }));
    assert.equal((failure.cause ?? failure).code, '23505');
  },

  async drizzleHoldsTransactionsOverWebSocket() {
    const boats = pgTable('boats', { id: integer().primaryKey() });
    await pooled(async (pool) => {
      const db = overWebSocket(pool);
      await db.execute(drizzleSql`drop table if exists boats`);
      await db.execute(drizzleSql`create table boats (id int primary key)`);
      await db.transaction(async (outer) => {
        await outer.insert(boats).values({ id: 1 });
        await failureOf(outer.transaction(async (inner) => {
          await inner.insert(boats).values({ id: 2 });
          inner.rollback();
        }));
        await outer.insert(boats).values({ id: 3 });
      });
      assert.deepEqual(await db.select().from(boats).orderBy(boats.id), [{ id: 1 }, { id: 3 }]);
    });
  },

  async kyselyCountsRowsOverBothWays() {
    await pooled(async (pool) => {
      // The dialect of this pool ends it, when the database is destroyed.
      const db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url() }) }) });
      await db.schema.dropTable('coins').ifExists().execute();
      await db.schema.createTable('coins').addColumn('id', 'integer').execute();
      const { numInsertedOrUpdatedRows } = await db.insertInto('coins').values([{ id: 1 }, { id: 2 }]).executeTakeFirst();
      assert.equal(numInsertedOrUpdatedRows, 2n);
      const sum = await db.transaction().execute(async (transaction) => {
        await transaction.updateTable('coins').set({ id: 5 }).where('id', '=', 2).execute();
        return transaction.selectFrom('coins').select(({ fn }) => fn.sum('id').as('sum')).executeTakeFirst();
      });
      assert.deepEqual(sum, { sum: '6' });
      await db.destroy();
      assert.deepEqual((await pool.query('select id from coins order by id')).rows, [{ id: 1 }, { id: 5 }]);
    });
    const db = new Kysely({ dialect: new NeonDialect({ neon: neon(url()) }) });
    const { numDeletedRows } = await db.deleteFrom('coins').where('id', '=', 1).executeTakeFirst();
    assert.equal(numDeletedRows, 1n);
    assert.deepEqual(await db.selectFrom('coins').selectAll().execute(), [{ id: 5 }]);
  },

  async prismasAdapterQueriesAndMapsErrors() {
    const database = await new PrismaNeon({ connectionString: url() }).connect();
    const run = (text, ...args) => database.executeRaw({ sql: text, args, argTypes: [] });
    await run('drop table if exists dishes');
    await run('create table dishes (id int primary key)');
    assert.equal(await run('insert into dishes values (1), (2)'), 2);
    const { columnNames, rows } = await database.queryRaw({ sql: 'select id from dishes order by id', args: [], argTypes: [] });
    assert.deepEqual([columnNames, rows], [['id'], [[1], [2]]]);
    const twice = await failureOf(run('insert into dishes values (1)'));
    assert.equal(twice.cause.kind, 'UniqueConstraintViolation');
    const transaction = await database.startTransaction('SERIALIZABLE');
    await transaction.executeRaw({ sql: 'delete from dishes', args: [], argTypes: [] });
    await transaction.executeRaw({ sql: 'rollback', args: [], argTypes: [] });
    await transaction.rollback();
    assert.equal((await database.queryRaw({ sql: 'select 1 from dishes', args: [], argTypes: [] })).rows.length, 2);
    await database.dispose();
  },

  async prismasAdapterUnderstandsAWrongPassword() {
    const failure = await failureOf((async () => {
      const database = await new PrismaNeon(
        { connectionString: url({ by: 'not it' }) }, { onPoolError: () => {} }).connect();
      await database.queryRaw({ sql: 'select 1', args: [], argTypes: [] });
    })());
    assert.equal(failure.cause?.kind, 'AuthenticationFailed', JSON.stringify(failure.cause ?? failure.message));
  },
}, { before: () => set(neonConfig) });
