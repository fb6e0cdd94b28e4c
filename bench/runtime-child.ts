/**
 * One workload of `npm run bench -- runtime` in a process of its own, as its reference has one. Arguments: workload, count,
 * rounds, and for some a file. Prints one line of JSON: a value for each round after the warm-up, and what else is asked for.
 */
const [workload = '', countText = '', roundsText = '', file = '', more = '{}'] = process.argv.slice(2);
const count = Number(countText);
const rounds = Number(roundsText);

async function outcome(): Promise<{ readonly values: readonly number[] }> {
  switch (workload) {
    case 'bytes': {
      const { bytesPerActor } = await import('./runtime-workloads.ts');
      return { values: [await bytesPerActor(count)] };
    }
    case 'cross-thread':
    case 'cross-shard': {
      const { crossThreadRates } = await import('./runtime-cross-thread.ts');
      return { values: await crossThreadRates(workload, count, rounds) };
    }
    case 'durable':
    case 'durable-ask': {
      const { durableRates } = await import('./runtime-durable.ts');
      return durableRates(workload, file, count, rounds);
    }
    case 'durable-bare':
    case 'durable-ask-bare': {
      const { bareRates } = await import('./runtime-durable.ts');
      const name = workload.slice(0, -'-bare'.length);
      return { values: await bareRates(name, file, count, rounds, JSON.parse(more)) };
    }
    case 'million-build': {
      const { buildInstances } = await import('./runtime-million.ts');
      await buildInstances(file, count);
      return { values: [count] };
    }
    case 'million': {
      const { weighShard } = await import('./runtime-million.ts');
      return { values: [await weighShard(file, count)] };
    }
    case 'million-bare': {
      const { weighBare } = await import('./runtime-million.ts');
      return { values: [weighBare(file, count)] };
    }
    default: {
      const { rates } = await import('./runtime-workloads.ts');
      return { values: await rates(workload, count, rounds) };
    }
  }
}

process.stdout.write(`${JSON.stringify(await outcome())}\n`);
process.exit(0);
