import { type NovaObject, novaObject } from './nova-object.ts';

/** Why something failed. Without what only a Python program has: where in its source, and a trace that would tell of our own. */
export const exceptionPayload = (exception: string, message: string): NovaObject =>
  novaObject('ExceptionPayload', {
    exception,
    exception_message: message,
    function_name: '',
    module_name: '',
    traceback: '',
  });
