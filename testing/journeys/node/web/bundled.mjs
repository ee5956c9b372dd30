// What the browser runs of the driver; bundled by browser-driver.mjs.
import { neon, neonConfig, Pool } from '@neondatabase/serverless';

/** Resolves to what each way gave. `set` is where the door is. */
globalThis.drive = async ({ host, secure, url }) => {
  neonConfig.disableWarningInBrowsers = true;
  neonConfig.fetchEndpoint = () => `${secure ? 'https' : 'http'}://${host}/sql`;
  neonConfig.wsProxy = () => `${host}/v2`;
  neonConfig.useSecureWebSocket = secure;

  const sql = neon(url, { disableWarningInBrowsers: true });
  const [row] = await sql`select ${1}::int as n, ${'hi'} as s, array[]::text[] as e`;
  const batch = await sql.transaction(
    [sql`select 1 as x`, sql`select current_setting('transaction_isolation') as level`],
    { isolationLevel: 'Serializable', readOnly: true, deferrable: true });
  const { code } = await sql`select * from no_such_table`.catch((failure) => failure);

  const pool = new Pool({ connectionString: url });
  const client = await pool.connect();
  await client.query('begin');
  const { rows } = await client.query('select $1::int as n', [42]);
  await client.query('commit');
  client.release();
  await pool.end();
  return { row, batch, code, rows };
};
