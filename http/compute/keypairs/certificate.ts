import { X509Certificate } from 'node:crypto';
import { failed, ok, type Result } from '../../../runtime/result.ts';

/**
 * The SHA-1 fingerprint of an X.509 certificate in PEM, in hexadecimal pairs joined by colons, or a sentence that says
 * what is wrong with it. Windows guests take certificates for WinRM. The text is from outside.
 */
export const readCertificate = (pem: string): Result<string, string> => {
  if (!/^\s*-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/.test(pem))
    return failed('it must be one X.509 certificate in PEM');
  try {
    return ok(new X509Certificate(pem).fingerprint.toLowerCase());
  } catch {
    return failed('it is not a valid X.509 certificate');
  }
};
