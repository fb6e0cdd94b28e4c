import autocannon from 'autocannon';

const CONNECTIONS = 32;
const SECONDS = 6;

/** Answers per second of one URL, asked by 32 connections for six seconds after a short warm-up. */
export async function requestRate(url: string, headers: Record<string, string>): Promise<number> {
  await autocannon({ url, headers, connections: CONNECTIONS, duration: 2 });
  const result = await autocannon({ url, headers, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.total / result.duration;
}
