import { connect, type Socket } from 'node:net';

/** An answer: its status, its headers as they came, and its body. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');
/** What is read at once; a longer answer comes in parts. */
const READ_BYTES = 65_536;

/**
 * One connection that sends a request after the other and takes answers with a length. It does the least that HTTP/1.1
 * allows, since it runs on the same two cores as the server that is measured.
 */
export class HttpConnection {
  readonly #url: URL;
  readonly #host: string;
  /** What the socket reads into, again and again: no buffer is made for each answer. */
  readonly #read = Buffer.alloc(READ_BYTES);
  #socket: Socket;
  /** The part of an answer that has come, when more of it is to come. */
  #received: Buffer = NOTHING;
  #settle: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | null = null;

  constructor(url: string) {
    this.#url = new URL(url);
    this.#host = this.#url.host;
    this.#socket = this.#open();
  }

  /** Sends a request; there must be none under way. `headers` are whole lines. */
  send(method: string, path: string, headers: string, body: string): Promise<Answer> {
    // The server closes a connection that was idle for some seconds.
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#socket = this.#open();
    const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
    this.#socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${headers}${length}\r\n${body}`);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  close(): void {
    this.#settle = null;
    this.#socket.destroy();
  }

  #open(): Socket {
    const { hostname, port } = this.#url;
    const callback = (bytes: number): boolean => {
      this.#take(this.#read.subarray(0, bytes));
      return true;
    };
    const onread = { buffer: this.#read, callback };
    const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    const fail = (error: Error): void => {
      if (socket === this.#socket) this.#settle?.reject(error);
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The server closed the connection.')));
    this.#received = NOTHING;
    return socket;
  }

  #take(chunk: Buffer): void {
    const received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) {
      this.#received = Buffer.from(received);
      return;
    }
    const head = received.toString('latin1', 0, headEnd);
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined && status !== 204) {
      this.#settle?.reject(new Error(`An answer without a length: ${head}`));
      return;
    }
    const end = headEnd + HEAD_END.length + Number(length ?? 0);
    if (received.length < end) {
      this.#received = Buffer.from(received);
      return;
    }
    const body = received.toString('utf8', headEnd + HEAD_END.length, end);
    this.#received = received.length === end ? NOTHING : Buffer.from(received.subarray(end));
    const settle = this.#settle;
    this.#settle = null;
    settle?.resolve({ status, head, body });
  }
}

/** Connections that are used one after the other; as many requests at once as there are connections. */
export class ConnectionPool {
  readonly #idle: HttpConnection[];
  readonly #all: readonly HttpConnection[];
  readonly #waiting: ((connection: HttpConnection) => void)[] = [];

  constructor(url: string, count: number) {
    this.#all = Array.from({ length: count }, () => new HttpConnection(url));
    this.#idle = [...this.#all];
  }

  async send(method: string, path: string, headers: string, body: string): Promise<Answer> {
    const connection =
      this.#idle.pop() ?? (await new Promise<HttpConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await connection.send(method, path, headers, body);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
