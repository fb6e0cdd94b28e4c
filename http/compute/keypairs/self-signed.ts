import { type KeyObject, sign } from 'node:crypto';

/** How long a certificate is good, in milliseconds: ten years, as Nova's. */
const VALID_MS = 3650 * 86_400_000;

/** Object identifiers, encoded. */
const OID = {
  sha256WithRsa: '2a864886f70d01010b',
  commonName: '550403',
  extendedKeyUsage: '551d25',
  clientAuthentication: '2b06010505070302',
  subjectAltName: '551d11',
  userPrincipalName: '2b060104018237140203',
};

/** A value in DER: tag, length, content (ITU-T X.690). */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const digits = Buffer.from(body.length.toString(16).padStart(body.length > 0xffff ? 6 : 4, '0'), 'hex');
  const long = body.length < 0x100 ? digits.subarray(-1) : digits;
  const length = body.length < 0x80 ? Buffer.of(body.length) : Buffer.concat([Buffer.of(0x80 + long.length), long]);
  return Buffer.concat([Buffer.of(tag), length, body]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text, 'utf8'));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));

/** `YYMMDDHHMMSSZ` up to 2049, `YYYYMMDDHHMMSSZ` from then on (RFC 5280, section 4.1.2.5). */
function time(atMs: number): Buffer {
  const digits = `${new Date(atMs).toISOString().replaceAll(/[-:T]|\..*$/g, '')}Z`;
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

/** A key pair, for whom its certificate is, from when it is good, and 16 random bytes as its serial number. */
export interface CertificateRequest {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** A user's id: at most 64 characters are shown as the common name (RFC 5280, ub-common-name). */
  readonly userId: string;
  readonly fromMs: number;
  readonly serial: Uint8Array;
}

/**
 * A self-signed X.509 certificate in PEM by which a user logs in to WinRM of a Windows guest, as Nova makes it
 * (nova/crypto.py, `generate_winrm_x509_cert`): for client authentication, with the user principal name `ID@localhost`.
 * The structure is that of RFC 5280.
 */
export function selfSignedCertificate({ publicKey, privateKey, userId, fromMs, serial }: CertificateRequest): string {
  const algorithm = sequence(oid(OID.sha256WithRsa), der(0x05));
  const name = sequence(der(0x31, sequence(oid(OID.commonName), utf8(userId.slice(0, 64)))));
  const principal = der(0xa0, oid(OID.userPrincipalName), der(0xa0, utf8(`${userId}@localhost`)));
  const extensions = sequence(
    extension(OID.extendedKeyUsage, sequence(oid(OID.clientAuthentication))),
    extension(OID.subjectAltName, sequence(principal)),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), // version 3
    der(0x02, Buffer.of(1), serial), // the 1 keeps it positive
    algorithm,
    name,
    sequence(time(fromMs), time(fromMs + VALID_MS)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.of(0), signature));
  const lines = certificate.toString('base64').replaceAll(/(.{64})(?!$)/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
