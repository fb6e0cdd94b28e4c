import { parseArgs } from 'node:util';
import { SettingsRefused } from '../composition/settings.ts';
import { openApiDocument } from '../http/compute/openapi/document.ts';
import { askedVersion } from '../http/compute/openapi/pages.ts';
import { schemaList } from '../http/compute/openapi/schema-list.ts';
import { computeRoutes } from '../http/compute/routes.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella api: documents about the Compute API, as JSON on standard output

  novella api openapi      the OpenAPI 3.1 document of a microversion
  novella api schemas      the schemas of all requests, by operation and microversion

  --version VERSION        openapi: the microversion, such as 2.90    [latest]
  --server URL             openapi: where v2.1 is                     [/compute/v2.1]
`;

/** Prints documents about the API; a cloud need not run. Throws SettingsRefused for a microversion that there is not. */
export async function api(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      version: { type: 'string', default: 'latest' },
      server: { type: 'string', default: '/compute/v2.1' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: true,
    allowPositionals: true,
  });
  if (values.help) return printUsage(USAGE);
  const print = (document: object): number => {
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  };
  switch (positionals.join(' ')) {
    case 'openapi': {
      const version = askedVersion(new URLSearchParams({ version: values.version }).toString());
      if (version === null) throw new SettingsRefused(`--version ${values.version}: there is no such microversion.`);
      return print(openApiDocument(computeRoutes, version, values.server));
    }
    case 'schemas':
      return print(schemaList(computeRoutes));
    default:
      return misused('expected "api openapi" or "api schemas"', USAGE);
  }
}
