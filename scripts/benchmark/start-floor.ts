/** The least that a daemon of this kind can be: Node, a web server that listens, and the serial library. */
import Fastify from 'fastify';
import { SerialPort } from 'serialport';

const app = Fastify();
app.get('/', async () => ({ serial: typeof SerialPort }));
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
process.once('SIGTERM', () => void app.close());
