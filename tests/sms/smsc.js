// An SMSC on this machine, by the npm package smpp. It prints one JSON line for its port, and one for whatever comes.
// node smsc.js MODE: "accept", "throttle", "no-such-number", "silent", "drop-first", which loses the connection once,
// "throttle-once", which says of the first message that it came too fast,
// "stop", which hands on that a phone wrote STOP, until that is taken, or
// "receipts-again", which sends each receipt every half second: Jasmin forgets one that comes before it has kept whose it is.
import { createRequire } from 'node:module';

const smpp = createRequire(process.cwd() + '/end2end/')('smpp');
const mode = process.argv[2];
const say = (line) => console.log(JSON.stringify(line));
let messages = 0;

const refusals = { throttle: smpp.ESME_RTHROTTLED, 'no-such-number': smpp.ESME_RINVDSTADR };

function receiptOf(id, submit) {
  return {
    source_addr: submit.destination_addr,
    destination_addr: submit.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:012345 is your`,
  };
}

function take(session, pdu) {
  messages += 1;
  say({
    submit: {
      from: [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
      to: [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
      coding: pdu.data_coding,
      receipt: pdu.registered_delivery,
      text: (pdu.message_payload ?? pdu.short_message).message,
    },
  });
  say({ at: Date.now() });
  if (mode === 'silent') return;
  if (mode === 'drop-first' && messages === 1) return session.destroy();
  if (mode === 'throttle-once' && messages === 1) {
    return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
  }
  if (refusals[mode]) return session.send(pdu.response({ command_status: refusals[mode] }));
  const id = `m-${messages}`;
  session.send(pdu.response({ message_id: id }));
  if (!session.receives) return;
  if (mode === 'receipts-again') {
    session.on('close', clearInterval.bind(null, setInterval(() => session.deliver_sm(receiptOf(id, pdu)), 500)));
    return;
  }
  // A phone that writes what a receipt says, and then the receipt.
  session.deliver_sm({ ...receiptOf(id, pdu), esm_class: 0, short_message: `id:${id} stat:UNDELIV` }, () => say({ taken: 'text' }));
  session.deliver_sm(receiptOf(id, pdu), () => say({ taken: 'receipt' }));
}

function handOnStop(session) {
  const text = { source_addr: '989121234567', destination_addr: 'Tea', esm_class: 0, short_message: 'STOP' };
  session.deliver_sm(text, ({ command_status: heard }) => {
    say({ heard });
    if (heard) setTimeout(handOnStop, 50, session);
  });
}

const server = smpp.createServer((session) => {
  session.on('error', () => session.destroy());
  const bind = (pdu) => {
    say({ kind: pdu.command });
    say({ bind: [pdu.system_id, pdu.password, pdu.system_type, pdu.interface_version] });
    session.receives = pdu.command === 'bind_transceiver';
    session.send(pdu.response(pdu.password === 'secret' ? {} : { command_status: smpp.ESME_RBINDFAIL }));
    if (mode === 'stop') handOnStop(session);
  };
  session.on('bind_transceiver', bind);
  session.on('bind_transmitter', bind);
  session.on('submit_sm', (pdu) => take(session, pdu));
  session.on('enquire_link', (pdu) => {
    say({ asked: true });
    if (mode !== 'silent') session.send(pdu.response());
  });
  session.on('unbind', (pdu) => {
    say({ unbind: true });
    session.send(pdu.response());
    session.close();
  });
});
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
// Ends with the test, however that ends.
process.stdin.on('end', () => process.exit()).resume();
