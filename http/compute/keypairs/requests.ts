import * as v from 'valibot';
import { choice, forLegacy, text } from '../../parameter.ts';
import { lastOf, query, shape } from '../../shape.ts';
import { since, stepped } from '../../stepped.ts';
import { anyText, name, nonNegativeInteger } from '../parameter-types.ts';

/**
 * The id of a user: what Nova's own answers allow. Other texts cannot be the id of a user of any identity service, and
 * would not be a safe part of a key.
 */
const userId = text({ pattern: '^[a-zA-Z0-9-]*$', minLength: 1, maxLength: 255 });

const keypairName = (pattern: string) =>
  forLegacy(text({ format: 'name', minLength: 1, maxLength: 255, pattern }), name);

/** Longest public key or certificate, in characters: an RSA key of 16,384 bits has about 2,800. */
const PUBLIC_KEY_LENGTH_MAX = 16_384;

const publicKey = text({ maxLength: PUBLIC_KEY_LENGTH_MAX });

/** Body of POST /os-keypairs. */
export const createKeypair = shape('keypair', {
  name: stepped(keypairName('^[_\\- a-zA-Z0-9]+$'), ['2.92', keypairName('^[_\\-@\\. a-zA-Z0-9]+$')]),
  type: since('2.2', v.optional(choice(['ssh', 'x509']))),
  public_key: stepped(v.optional(publicKey), ['2.92', publicKey]),
  user_id: since('2.10', v.optional(userId)),
});

const owner = since('2.10', lastOf(userId));
const unknown = stepped('drop', ['2.75', 'refuse']);

/** Query of GET /os-keypairs. */
export const listKeypairs = query(
  {
    user_id: owner,
    limit: since('2.35', lastOf(nonNegativeInteger)),
    marker: since('2.35', lastOf(anyText)),
  },
  { unknown },
);

/** Query of GET and DELETE /os-keypairs/{name}. */
export const oneKeypair = query({ user_id: owner }, { unknown });
