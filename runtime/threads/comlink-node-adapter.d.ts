/** comlink ships types for the `.js` twin of this file only, which Node cannot load as a module. */
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { MessagePort } from 'node:worker_threads';
  import type { Endpoint } from 'comlink';

  const nodeEndpoint: (port: MessagePort) => Endpoint;
  export default nodeEndpoint;
}
