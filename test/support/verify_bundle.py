#!/usr/bin/env python3
"""A second verifier of evidence bundles, written from the FORMAT.md files alone.

It shares nothing with the product but those texts: Python's standard library, and `cryptography` for signatures and
certificates.
Prints one JSON object: {"verdict": "anchored" | "consistent" | "broken", "findings": [[code, about], ...],
"judged": [[matter, about, outcome], ...], "words": [sentence, ...]}.

usage: verify_bundle.py BUNDLE [POLICY | -] [CERTIFICATES]
"""

import base64
import datetime
import hashlib
import json
import os
import re
import struct
import sys

from bundle_matters import Matters, Text
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ID = re.compile(r'^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$')
MOST_SAFE = 2**53 - 1
KINDS = range(1, 10)
TRACKS = ('screen', 'keys', 'files')


def sha256(data):
    return hashlib.sha256(data).digest()


def strict_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except Exception:
        return None
    return data if base64.b64encode(data).decode() == text else None


def read(path):
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    with open(path, 'rb') as file:
        return file.read()


def names(path):
    try:
        return sorted(os.listdir(path))
    except FileNotFoundError:
        return []


# --- canonical JSON: RFC 8785, integers only -------------------------------------------------------------------------

def utf16(key):
    return key.encode('utf-16-be', 'surrogatepass')


def canonical(value):
    if value is None or value is True or value is False:
        return {None: 'null', True: 'true', False: 'false'}[value]
    if isinstance(value, int):
        if abs(value) > MOST_SAFE:
            raise ValueError('not a safe integer')
        return str(value)
    if isinstance(value, float):
        raise ValueError('not an integer')
    if isinstance(value, str):
        value.encode('utf-8')
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return '[' + ','.join(canonical(each) for each in value) + ']'
    return '{' + ','.join(json.dumps(key, ensure_ascii=False) + ':' + canonical(value[key])
                          for key in sorted(value, key=utf16)) + '}'


def exactly(data):
    """The object whose one spelling these bytes are, or None."""
    try:
        text = data.decode('utf-8')
        value = json.loads(text)
        return value if isinstance(value, dict) and canonical(value) == text else None
    except (ValueError, AttributeError, UnicodeError, RecursionError, TypeError):
        return None


# --- signed notes, checkpoints, cosignatures -------------------------------------------------------------------------

class Key:
    def __init__(self, text, kind):
        name, identifier, encoded = text.split('+', 2)
        raw = strict_base64(encoded)
        if raw is None or len(raw) != 33 or raw[0] != kind or not name or re.search(r'\s', name):
            raise ValueError('not a verifier key')
        if sha256(name.encode() + b'\n' + raw)[:4].hex() != identifier:
            raise ValueError('the id is not of this key')
        self.text, self.name, self.id = text, name, bytes.fromhex(identifier)
        self.key = Ed25519PublicKey.from_public_bytes(raw[1:])

    def holds(self, signature, data):
        try:
            self.key.verify(signature, data)
            return True
        except InvalidSignature:
            return False


def key_or_none(text, kind):
    try:
        return Key(text, kind)
    except (ValueError, UnicodeError):
        return None


def split_note(note):
    at = note.rfind('\n\n')
    if at < 0 or not note.endswith('\n'):
        return None
    signatures = []
    for line in note[at + 2:-1].split('\n'):
        match = re.match(r'^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$', line)
        data = strict_base64(match.group(2)) if match else None
        if data is None or len(data) <= 4:
            return None
        signatures.append((match.group(1), data[:4], data[4:]))
    return note[:at + 1], signatures


def open_note(note, key):
    split = split_note(note)
    if split is None:
        return None
    own = [data for name, identifier, data in split[1] if name == key.name and identifier == key.id]
    return split[0] if len(own) == 1 and key.holds(own[0], split[0].encode()) else None


def tree_head(text):
    lines = text.split('\n')
    if len(lines) < 4 or lines[-1] != '' or not lines[0] or '' in lines[3:-1]:
        return None
    root = strict_base64(lines[2])
    if not re.match(r'^(0|[1-9]\d{0,15})$', lines[1]) or int(lines[1]) > MOST_SAFE or root is None or len(root) != 32:
        return None
    return lines[0], int(lines[1]), root


def cosigned(note, text, key):
    split = split_note(note)
    for name, identifier, data in (split[1] if split else []):
        if name != key.name or identifier != key.id or len(data) != 72:
            continue
        seconds = struct.unpack('>Q', data[:8])[0]
        if key.holds(data[8:], f'cosignature/v1\ntime {seconds}\n{text}'.encode()):
            return True
    return False


class Policy:
    def __init__(self, text):
        self.logs, self.witnesses, self.groups, self.quorum = [], [], [], None
        for line in text.split('\n'):
            words = line.split()
            if not words or words[0].startswith('#'):
                continue
            if words[0] == 'log':
                self.logs.append(Key(words[1], 1).text)
            elif words[0] == 'witness':
                self.witnesses.append((words[1], Key(words[2], 4)))
            elif words[0] == 'group':
                count, members = words[2], words[3:]
                least = 1 if count == 'any' else len(members) if count == 'all' else int(count)
                self.groups.append((words[1], least, members))
            elif words[0] == 'quorum':
                self.quorum = None if words[1] == 'none' else words[1]
            else:
                raise ValueError('not a policy')

    def met(self, witnesses):
        met = set(witnesses)
        for name, least, members in self.groups:
            if len([member for member in members if member in met]) >= least:
                met.add(name)
        return self.quorum is None or self.quorum in met


# --- the tree: RFC 6962, 2.1 -----------------------------------------------------------------------------------------

def included(leaf, index, size, root, proof):
    if index >= size:
        return False
    node, at, last, left = sha256(b'\x00' + leaf), index, size - 1, list(proof)
    while last > 0:
        if at % 2 == 1 or at == last:
            if at % 2 == 1:
                if not left:
                    return False
                node = sha256(b'\x01' + left.pop(0) + node)
            # A last node without a sibling rises as it is.
        else:
            if not left:
                return False
            node = sha256(b'\x01' + node + left.pop(0))
        at, last = at // 2, last // 2
    return not left and node == root


def continues(old_size, old_root, size, root, proof):
    """RFC 9162, 2.1.4.2."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = sha256(b'\x01' + sibling + old), sha256(b'\x01' + sibling + new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = sha256(b'\x01' + new + sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == root


# --- timestamps: RFC 3161 over RFC 5652, in DER ------------------------------------------------------------------------

SEQUENCE, SET, OCTETS, INTEGER, OID, TIME, CONTEXT = 0x30, 0x31, 0x04, 0x02, 0x06, 0x18, 0xa0
DIGESTS = {'608648016503040201': hashes.SHA256, '608648016503040202': hashes.SHA384, '608648016503040203': hashes.SHA512}
SIGNED_DATA, TST_INFO = '2a864886f70d010702', '2a864886f70d0109100104'
CONTENT_TYPE, MESSAGE_DIGEST = '2a864886f70d010903', '2a864886f70d010904'
SIGNING, SIGNING_V2 = '2a864886f70d010910020c', '2a864886f70d010910022f'
STAMPING_ONLY = [x509.ExtendedKeyUsageOID.TIME_STAMPING]


def elements(data):
    """(tag, content, whole) of what lies one after another; ValueError where it is not DER."""
    found, at = [], 0
    while at < len(data):
        start = at
        if len(data) < at + 2 or data[at] & 0x1f == 0x1f:
            raise ValueError('not a tag and a length')
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= 0x80:
            count = length - 0x80
            digits = data[at:at + count]
            length, at = int.from_bytes(digits, 'big'), at + count
            if not 1 <= count <= 4 or len(digits) != count or length < 0x80 or digits[0] == 0:
                raise ValueError('not the shortest length')
        at += length
        if at > len(data):
            raise ValueError('not whole')
        found.append((tag, data[at - length:at], data[start:at]))
    return found


def content(element, tag):
    if element[0] != tag:
        raise ValueError('another tag')
    return element[1]


def inside(element, tag):
    return elements(content(element, tag))


def one(found):
    if len(found) != 1:
        raise ValueError('expected one')
    return found[0]


def oid(element):
    return content(element, OID).hex()


def attributes(element):
    found = {}
    for each in inside(element, CONTEXT):
        kind, values = inside(each, SEQUENCE)[:2]
        if oid(kind) in found:
            raise ValueError('an attribute twice')
        found[oid(kind)] = one(inside(values, SET))
    return found


def names_certificate(der, attribute):
    """ESSCertID, or ESSCertIDv2 with its algorithm."""
    second = SIGNING_V2 in attribute
    named = inside(inside(attribute[SIGNING_V2 if second else SIGNING], SEQUENCE)[0], SEQUENCE)[0]
    fields = inside(named, SEQUENCE)
    algorithm = hashes.SHA256 if second else hashes.SHA1
    if second and fields[0][0] == SEQUENCE:
        algorithm, fields = DIGESTS[oid(inside(fields[0], SEQUENCE)[0])], fields[1:]
    return digest(algorithm, der) == content(fields[0], OCTETS)


def digest(algorithm, data):
    made = hashes.Hash(algorithm())
    made.update(data)
    return made.finalize()


def signed_by(key, algorithm, signature, data):
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), algorithm())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(algorithm()))
    else:
        key.verify(signature, data)


class Token:
    """What a token says; any exception where it is none, or its signature does not hold."""

    def __init__(self, token):
        kind, wrapped = inside(one(elements(token)), SEQUENCE)[:2]
        if oid(kind) != SIGNED_DATA:
            raise ValueError('no signed data')
        parts = inside(inside(wrapped, CONTEXT)[0], SEQUENCE)
        kind, wrapped = inside(parts[2], SEQUENCE)[:2]
        if oid(kind) != TST_INFO:
            raise ValueError('no timestamp')
        info = content(inside(wrapped, CONTEXT)[0], OCTETS)
        ders = [whole for _, _, whole in inside(next(part for part in parts[3:] if part[0] == CONTEXT), CONTEXT)]
        signer = inside(one(inside(parts[-1], SET)), SEQUENCE)
        algorithm = DIGESTS[oid(inside(signer[2], SEQUENCE)[0])]
        signed = attributes(signer[3])
        if oid(signed[CONTENT_TYPE]) != TST_INFO or content(signed[MESSAGE_DIGEST], OCTETS) != digest(algorithm, info):
            raise ValueError('another content')
        own = next(der for der in ders if names_certificate(der, signed))
        self.certificate = x509.load_der_x509_certificate(own)
        self.others = [x509.load_der_x509_certificate(der) for der in ders if der != own]
        data = b'\x31' + signer[3][2][1:]
        signed_by(self.certificate.public_key(), algorithm, content(signer[5], OCTETS), data)
        version, _, imprint, _, time = inside(one(elements(info)), SEQUENCE)[:5]
        kind, hashed = inside(imprint, SEQUENCE)[:2]
        if content(version, INTEGER) != b'\x01' or DIGESTS[oid(inside(kind, SEQUENCE)[0])] is not hashes.SHA256:
            raise ValueError('another version or hash')
        self.imprint = content(hashed, OCTETS)
        match = re.match(r'^(\d{14})(\.\d{1,9})?Z$', content(time, TIME).decode())
        self.at = datetime.datetime.strptime(match.group(1), '%Y%m%d%H%M%S')

    def leads_to(self, trusted):
        try:
            if list(self.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) != STAMPING_ONLY:
                return False
        except x509.ExtensionNotFound:
            return False
        return self.leads(self.certificate, self.others, trusted)

    def leads(self, certificate, left, trusted):
        if not self.valid(certificate):
            return False
        if certificate in trusted or any(issued(certificate, each) and self.valid(each) for each in trusted):
            return True
        return any(issued(certificate, each) and self.leads(each, [one for one in left if one != each], trusted)
                   for each in left)

    def valid(self, certificate):
        return certificate.not_valid_before <= self.at <= certificate.not_valid_after


def issued(certificate, by):
    try:
        if not by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca or certificate.issuer != by.subject:
            return False
        algorithm = certificate.signature_hash_algorithm
        signed_by(by.public_key(), type(algorithm), certificate.signature, certificate.tbs_certificate_bytes)
        return True
    except Exception:
        return False


# --- recordings ------------------------------------------------------------------------------------------------------

def measure(path):
    """How far a track is whole: header, its hash, every chain value, the end, and what lies behind."""
    data = read(path)
    if data is None:
        return None
    found = {'header': None, 'opening': None, 'head': None, 'frames': 0, 'bytes': 0, 'complete': False,
             'problem': False, 'tail': None, 'passed': set()}

    def over(problem):
        found['problem'] = problem
        rest = data[found['bytes']:]
        found['tail'] = {'bytes': len(rest), 'sha256': hashlib.sha256(rest).hexdigest()} if rest else None
        return found

    if len(data) < 14:
        return over(bool(data))
    length = struct.unpack('>I', data[10:14])[0]
    if data[:8] != b'SLUICE\r\n' or data[8:10] != b'\x00\x01' or length > 65536 or len(data) < 14 + length + 32:
        return over(True)
    header, chain = exactly(data[14:14 + length]), data[14 + length:46 + length]
    if header is None or sha256(data[:14 + length]) != chain:
        return over(True)
    found.update(header=header, opening=chain.hex(), head=chain.hex(), bytes=46 + length)
    found['passed'].add(chain.hex())
    last = 0
    while found['bytes'] < len(data):
        at = found['bytes']
        if found['complete'] or len(data) < at + 24:
            return over(True)
        sealed, kind, flags, zero, sequence, moment = struct.unpack('>IBBHQQ', data[at:at + 24])
        end = at + 24 + sealed
        fits = 16 <= sealed <= 65552 and kind in KINDS and flags <= 1 and zero == 0
        if not fits or sequence != found['frames'] or moment < last or moment > MOST_SAFE or len(data) < end + 32:
            return over(True)
        if sha256(chain + data[at:end]) != data[end:end + 32]:
            return over(True)
        chain, last = data[end:end + 32], moment
        found.update(head=chain.hex(), frames=sequence + 1, bytes=end + 32, complete=kind == 7)
        found['passed'].add(chain.hex())
    return over(False)


def recording_holds(folder, session, events):
    """Whether this folder is what the events say of the session's recording; None where they say nothing."""
    about = [event for event in events
             if event['type'].startswith('recording.') and event['details'].get('session') == session]
    if not about:
        return None
    claims = {track: {'opening': None, 'heads': set(), 'final': 'none', 'by': None} for track in TRACKS}
    for event in about:
        if event['type'] in ('recording.opened', 'recording.head'):
            for track, head in event['details']['heads'].items():
                if not isinstance(head, str):
                    raise TypeError('not a head')
                claims[track]['heads'].add(head)
                if event['type'] == 'recording.opened':
                    claims[track]['opening'] = head
        elif event['type'] in ('recording.sealed', 'recording.recovered'):
            for track in TRACKS:
                claims[track].update(final=event['details']['tracks'].get(track), by=event['type'])
    whole = set(names(folder)) <= {f'{track}.track' for track in TRACKS}
    return whole and all(track_holds(folder, session, track, claims[track]) for track in TRACKS)


def track_holds(folder, session, track, claim):
    found = measure(os.path.join(folder, f'{track}.track'))
    final = claim['final']
    expected = bool(claim['heads']) or (final is not None and not (final == 'none' and track == 'files'))
    if not expected:
        return found is None
    if found is None or (claim['opening'] is not None and claim['opening'] != found['opening']):
        return False
    header = found['header']
    if header is not None and (header.get('session') != session or header.get('track') != track):
        return False
    if not claim['heads'] <= found['passed']:
        return False
    if final == 'none' or claim['by'] == 'recording.sealed':
        if found['problem'] or found['opening'] is None:
            return False
    if isinstance(final, dict):
        tail = final.get('tail')
        complete = claim['by'] == 'recording.sealed' or final.get('complete') is True
        same = (found['head'], found['frames'], found['bytes']) == (final['head'], final['frames'], final['bytes'])
        return same and found['complete'] == complete and found['tail'] == (tail or None)
    return True


# --- the bundle ------------------------------------------------------------------------------------------------------

PEM = re.compile(rb'-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----')
LINE = {'consistency', 'note', 'token'}
ENDS = ('ticket.revised', 'ticket.refused', 'ticket.withdrawn', 'ticket.revoked', 'ticket.closed')


class Verifier:
    def __init__(self, folder, policy, authorities):
        self.folder, self.policy, self.authorities, self.findings = folder, policy, authorities, set()
        self.judged = []
        self.key = None

    def find(self, code, about):
        self.findings.add((code, str(about)))

    def file(self, *path):
        return read(os.path.join(self.folder, *path))

    def run(self):
        manifest = self.manifest()
        head = self.head()
        self.strangers(manifest)
        if head is not None:
            events = self.events(head)
            self.timestamps(head)
            if manifest is not None:
                gone = self.ticket(manifest, events)
                self.recordings(manifest, events, gone)
        trusted = self.policy is not None and self.policy.logs
        verdict = 'broken' if self.findings else 'anchored' if trusted else 'consistent'
        return {'verdict': verdict, 'findings': sorted(self.findings),
                'judged': sorted({each[:3] for each in self.judged}),
                'words': [f'{matter} of {about}: {outcome}: {words}' for matter, about, outcome, words in self.judged]}

    def manifest(self):
        value = exactly(self.file('bundle.json') or b'')
        try:
            sessions = value['sessions']
            good = (set(value) == {'version', 'made', 'ticket', 'scope', 'sessions'}
                    and value['version'] == 1 and value['scope'] in ('ticket', 'session')
                    and isinstance(value['made'], int) and set(value['ticket']) == {'id', 'number'}
                    and value['ticket']['id'].startswith('tkt_') and ID.match(value['ticket']['id'])
                    and isinstance(value['ticket']['number'], str)
                    and all(each.startswith('ses_') and ID.match(each) for each in sessions)
                    and sessions == sorted(set(sessions)))
        except (TypeError, KeyError, AttributeError):
            good = False
        if not good:
            self.find('bundle', 'bundle.json')
        return value if good else None

    def head(self):
        vkey = self.file('log.vkey')
        text = vkey.decode('utf-8', 'replace') if vkey is not None else ''
        key = key_or_none(text[:-1], 1) if text.endswith('\n') else None
        if key is None:
            return self.find('bundle', 'log.vkey')
        if self.policy is not None and self.policy.logs and key.text not in self.policy.logs:
            return self.find('key', 'log.vkey')
        self.key = key
        note = (self.file('checkpoint') or b'').decode('utf-8', 'replace')
        signed = open_note(note, key)
        head = tree_head(signed) if signed is not None else None
        if head is None or head[0] != key.name:
            return self.find('checkpoint', 'checkpoint')
        if self.policy is not None:
            if not self.policy.met(name for name, witness in self.policy.witnesses if cosigned(note, signed, witness)):
                self.find('witnesses', 'checkpoint')
        return head

    def events(self, head):
        proven, last = [], -1
        for nth, line in enumerate(self.lines('events.jsonl')):
            event = self.event(line)
            if event is None or event[0] <= last:
                self.find('bundle', f'events.jsonl:{nth + 1}')
                continue
            last, leaf, hashes, value = event
            if included(leaf, last, head[1], head[2], hashes):
                proven.append(value)
            else:
                self.find('event', last)
        return proven

    def lines(self, name):
        lines = (self.file(name) or b'').split(b'\n')
        rest = lines.pop()
        return [*lines, rest + b'\n'] if rest else lines

    def timestamps(self, head):
        last = 0
        for nth, line in enumerate(self.lines('timestamps.jsonl')):
            about = f'timestamps.jsonl:{nth + 1}'
            value = exactly(line)
            before = self.before(value, head) if value is not None and set(value) == LINE else None
            token = strict_base64(value['token']) if before is not None and isinstance(value['token'], str) else None
            if token is None or before <= last:
                self.find('bundle', about)
                continue
            last = before
            try:
                token = Token(token)
            except Exception:
                token = None
            if token is None or token.imprint != sha256(value['note'].encode()):
                self.find('timestamp', about)
            elif self.authorities is not None and not token.leads_to(self.authorities):
                self.find('timestamp', about)

    def before(self, value, head):
        """The size of the checkpoint that was stamped, where the log signed it and the bundle's continues it."""
        note, proof = value['note'], value['consistency']
        signed = open_note(note, self.key) if isinstance(note, str) else None
        old = tree_head(signed) if signed is not None else None
        if old is None or old[0] != head[0] or not isinstance(proof, list):
            return None
        proof = [strict_base64(each) if isinstance(each, str) else None for each in proof]
        if any(each is None or len(each) != 32 for each in proof):
            return None
        return old[1] if continues(old[1], old[2], head[1], head[2], proof) else None

    @staticmethod
    def event(line):
        value = exactly(line)
        if value is None or set(value) != {'hashes', 'index', 'leaf'} or not isinstance(value['leaf'], str):
            return None
        if not isinstance(value['index'], int) or value['index'] < 0 or not isinstance(value['hashes'], list):
            return None
        hashes = [strict_base64(each) if isinstance(each, str) else None for each in value['hashes']]
        leaf = exactly(value['leaf'].encode())
        if any(each is None or len(each) != 32 for each in hashes) or leaf is None:
            return None
        good = (leaf.get('v') == 1 and leaf.get('index') == value['index'] and isinstance(leaf.get('at'), int)
                and isinstance(leaf.get('type'), str) and isinstance(leaf.get('details'), dict))
        return (value['index'], value['leaf'].encode(), hashes, leaf) if good else None

    def ticket(self, manifest, events):
        ticket = manifest['ticket']['id']
        own = [event for event in events if event['details'].get('ticket') == ticket]
        created = next((event for event in own if event['type'] == 'ticket.created'), None)
        asker = actor(created)
        if created is None or created['details'].get('number') != manifest['ticket']['number']:
            self.find('ticket', ticket)
        approvals = [event for event in own if event['type'] == 'ticket.approved']
        text = self.file('ticket.json')
        windows = approved_windows(text, created, approvals, own)
        if text is not None and windows is None:
            self.find('ticket', 'ticket.json')
        for approval in approvals:
            if actor(approval) in (None, asker, *companions(approval)):
                self.find('approval', ticket)
        extensions = [event for event in own if event['type'] == 'ticket.extended']
        for granted in extensions:
            before = [event for event in own if event['index'] < granted['index']]
            latest = next((event for event in reversed(before) if event['type'] == 'ticket.approved'), None)
            wrong = actor(granted) in (None, asker, *companions(latest))
            if wrong or not lawful_extension(granted, before, latest, windows):
                self.find('approval', ticket)
        matters = self.matters(manifest, events, text if windows is not None else None, own, approvals)
        gone, opened_sessions = set(), set()
        for opened in own:
            if opened['type'] != 'session.opened':
                continue
            session = opened['details'].get('session')
            opened_sessions.add(session)
            before = [event for event in own if event['index'] < opened['index']]
            if in_force(before) is None:
                self.find('approval', session)
            latest = next((event for event in reversed(before) if event['type'] == 'ticket.approved'), None)
            if opened['details'].get('account') not in (asker, *companions(latest)):
                self.find('approval', session)
            granted = [event for event in extensions if event['index'] < opened['index']]
            if windows is not None and not any(start <= opened['at'] < end for start, end in longer(windows, granted)):
                self.find('approval', session)
            if not matters.agreed(opened):
                self.find('approval', session)
            if session not in manifest['sessions'] and manifest['scope'] == 'ticket':
                self.find('bundle', session)
            if any(event['type'] == 'recording.destroyed' and event['details'].get('session') == session
                   for event in events):
                gone.add(session)
        for session in manifest['sessions']:
            if session not in opened_sessions:
                self.find('bundle', session)
        return gone

    def matters(self, manifest, events, text, own, approvals):
        revised = max((event['index'] for event in own if event['type'] == 'ticket.revised'), default=-1)
        latest = next((event for event in reversed(approvals) if event['index'] > revised), None)
        parsed = Text(json.loads(text.decode('utf-8')), latest) if text is not None else None
        matters = Matters(manifest['ticket']['id'], events, parsed, longer, manifest['sessions'])
        self.judged = matters.judge()
        for matter, about, outcome, _ in self.judged:
            if outcome == 'fails':
                self.find(matter, about)
        return matters

    def recordings(self, manifest, events, gone):
        there = names(os.path.join(self.folder, 'recordings'))
        for session in manifest['sessions']:
            if session in gone and session not in there:
                continue
            if session in gone or session not in there or not self.recording(session, events):
                self.find('recording', session)

    def recording(self, session, events):
        try:
            return recording_holds(os.path.join(self.folder, 'recordings', session), session, events)
        except (AttributeError, KeyError, TypeError):
            return False  # An event that does not say what its type must.

    def strangers(self, manifest):
        known = {'bundle.json', 'checkpoint', 'log.vkey', 'events.jsonl', 'timestamps.jsonl', 'ticket.json',
                 'summary.txt', 'recordings'}
        for name in names(self.folder):
            if name not in known:
                self.find('bundle', name)
        sessions = manifest['sessions'] if manifest else []
        for name in names(os.path.join(self.folder, 'recordings')):
            if name not in sessions:
                self.find('bundle', f'recordings/{name}')


def actor(event):
    identifier = (event or {}).get('actor', {}).get('id')
    return identifier if isinstance(identifier, str) else None


def companions(approval):
    named = (approval or {'details': {}})['details'].get('companions', [])
    return named if isinstance(named, list) else []


def approved_windows(text, created, approvals, own):
    if text is None or created is None:
        return None
    try:
        value = json.loads(text.decode('utf-8'))
    except ValueError:
        return None
    digest = hashlib.sha256(text).hexdigest()
    if not isinstance(value, dict) or value.get('requester') != actor(created):
        return None
    # A draft changes; what was approved does not, until it is written anew. Before an approval the last event that names a hash counts.
    revised = max((event['index'] for event in own if event['type'] == 'ticket.revised'), default=-1)
    valid = [event for event in approvals if event['index'] > revised]
    named = valid or [event for event in own if 'contentHash' in event['details']][-1:]
    if any(event['details'].get('contentHash') != digest for event in named):
        return None
    windows = value.get('windows', [{'start': value.get('windowStart'), 'end': value.get('windowEnd')}])
    conditions = valid[-1]['details'].get('conditions') if valid else None
    if isinstance(conditions, dict) and 'windows' in conditions:
        windows = conditions['windows']
    try:
        spans = [(each['start'], each['end']) for each in windows]
    except (TypeError, KeyError):
        return None
    return spans if all(isinstance(edge, int) for span in spans for edge in span) else None


def in_force(before):
    '''The last approval, unless something ended it: a report does until it is sent back.'''
    latest = next((event for event in reversed(before) if event['type'] == 'ticket.approved'), None)
    if latest is None:
        return None
    since = [event['type'] for event in before if event['index'] > latest['index']]
    reports = [kind for kind in since if kind in ('ticket.reported', 'ticket.sent-back')]
    ended = any(kind in ENDS for kind in since) or reports[-1:] == ['ticket.reported']
    return None if ended else latest


def lawful_extension(granted, before, latest, windows):
    keys = ('extension', 'window', 'until')
    said = {key: granted['details'].get(key) for key in keys}
    asked = any(event['type'] == 'extension.asked' and {key: event['details'].get(key) for key in keys} == said
                for event in before)
    if not asked or latest is None or type(said['window']) is not int or type(said['until']) is not int:
        return False
    if in_force(before) is None:
        return False
    if windows is None:
        return True
    return 0 <= said['window'] < len(windows) and said['until'] - windows[said['window']][0] <= 7 * 86_400_000


def longer(windows, extensions):
    spans = []
    for nth, (start, end) in enumerate(windows):
        until = [event['details'].get('until') for event in extensions if event['details'].get('window') == nth]
        end = max([end, *(each for each in until if type(each) is int)])
        spans.append((start, min(end, windows[nth + 1][0]) if nth + 1 < len(windows) else end))
    return spans


def main():
    policy = None
    if len(sys.argv) > 2 and sys.argv[2] != '-':
        with open(sys.argv[2], encoding='utf-8') as file:
            policy = Policy(file.read())
    authorities = None
    if len(sys.argv) > 3:
        with open(sys.argv[3], 'rb') as file:
            authorities = [x509.load_pem_x509_certificate(pem) for pem in re.findall(PEM, file.read())]
    print(json.dumps(Verifier(sys.argv[1], policy, authorities).run()))


if __name__ == '__main__':
    main()
