// How the driver finds the door: what docs/drivers.md tells its readers.
import ws from 'ws';
import { tls, web } from './teller.mjs';

export function set(neonConfig) {
  neonConfig.fetchEndpoint = () => `${tls ? 'https' : 'http'}://${web}/sql`;
  neonConfig.wsProxy = (host, port) => `${web}/v2?address=${host}:${port}`;
  neonConfig.useSecureWebSocket = tls;
  neonConfig.webSocketConstructor = ws;
  neonConfig.pipelineConnect = 'password';
  neonConfig.poolQueryViaFetch = false;
  neonConfig.fetchFunction = undefined;
}
