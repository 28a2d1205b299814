"""An SMTP server that prints each message it took as one line of JSON, and says where it listens first.

usage: mail_server.py [CERTIFICATE KEY]   with these, TLS from the first byte

The local part of an address says what becomes of it: `refused` is answered 550, `later` 451. `user` with the password
`geheim-密码` may sign in; `signed-in` is taken from nobody else.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split('@')[0]
        if local == 'refused':
            return '550 5.1.1 no such mailbox'
        if local == 'later':
            return '451 4.3.0 not now'
        if local == 'signed-in' and not session.authenticated:
            return '530 5.7.0 sign in first'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            'from': envelope.mail_from,
            'to': envelope.rcpt_tos,
            'headers': [[name, str(value)] for name, value in message.items()],
            'type': message.get_content_type(),
            'text': message.get_content().replace('\r\n', '\n'),
        }), flush=True)
        return '250 taken'


def authenticate(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == (b'user', 'geheim-密码'.encode())
    return AuthResult(success=right, handled=False)


async def main():
    context = None
    if len(sys.argv) == 3:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[1], sys.argv[2])

    def factory():
        return SMTP(Handler(), enable_SMTPUTF8=True, authenticator=authenticate, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(factory, '127.0.0.1', 0, ssl=context)
    print(json.dumps({'port': server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
