import { realClock } from '../../runtime/clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('in memory', async () => {
  const store = new MemoryStore(realClock);
  return { store, reopen: async () => store, dispose: () => store.close() };
});
