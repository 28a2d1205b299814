"""What the second verifier judges of each duty, written from approvals/bundle/FORMAT.md alone ("What a verifier judges").

`judge` answers [(matter, about, outcome, words)]; `words` is a sentence for people.
"""

import datetime
import hashlib
import json

DAY = 86_400_000
LATE = 120_000
ENDS = ('ticket.revised', 'ticket.refused', 'ticket.withdrawn', 'ticket.revoked', 'ticket.closed')


def is_int(value):
    return type(value) is int


def fields(value):
    return value if isinstance(value, dict) else {}


def items(value):
    return value if isinstance(value, list) else []


def who(event):
    identifier = fields(event.get('actor')).get('id')
    return identifier if isinstance(identifier, str) else None


def name(event):
    said = fields(event.get('actor')).get('name')
    return said if isinstance(said, str) else '?'


def moment(milliseconds):
    try:
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).isoformat()
    except (OverflowError, ValueError, TypeError, OSError):
        return '?'


def spans(value):
    found = [(fields(each).get('start'), fields(each).get('end')) for each in items(value)]
    good = isinstance(value, list) and all(is_int(start) and is_int(end) for start, end in found)
    return found if good else None


def channels(value):
    if not isinstance(value, list):
        return None
    found = {}
    for each in map(fields, value):
        account, kinds = each.get('targetAccountId'), each.get('kinds')
        if not isinstance(account, str) or not isinstance(kinds, list) or any(not isinstance(k, str) for k in kinds):
            return None
        found[account] = kinds
    return found


class Left:
    """What is asked, or left of it."""

    def __init__(self, windows, chans, supervised, finish):
        self.windows, self.channels, self.supervised, self.finish = windows, chans, supervised, finish

    def by(self, approval):
        """None where an approval does not say its windows as it must."""
        details = approval['details'] if approval else {}
        if 'conditions' not in details:
            return self
        said = fields(details['conditions'])
        windows = spans(said['windows']) if 'windows' in said else self.windows
        if windows is None:
            return None
        return Left(windows, channels(said['channels']) if 'channels' in said else self.channels,
                    said['supervised'] is True if 'supervised' in said else self.supervised,
                    said['finishRunning'] is True if 'finishRunning' in said else self.finish)


class Text:
    """`ticket.json`, where it is what was approved."""

    def __init__(self, value, latest):
        terms = fields(value.get('terms'))
        windows = value.get('windows', [{'start': value.get('windowStart'), 'end': value.get('windowEnd')}])
        self.asked = Left(spans(windows), channels(value['channels']) if 'channels' in value else None,
                          terms.get('supervised') is True, terms.get('finishRunning') is True)
        self.left = self.asked.by(latest) if self.asked.windows is not None else None
        self.urgency = terms.get('urgency', 'planned')
        self.companions = items(terms.get('companions'))
        self.changes = [fields(each) for each in items(terms.get('changes'))]
        self.files = [tuple(fields(each).get(key) for key in ('name', 'sha256', 'bytes'))
                      for each in items(terms.get('attachments'))]

    def declared(self, account):
        return [each.get('path') for each in self.changes if each.get('targetAccountId') == account]


def route(event):
    said = fields(event['details'].get('route')) if event else {}
    good = is_int(said.get('approvals')) and all(type(said.get(key)) is bool for key in ('filing', 'emergency'))
    return said if good else None


class Matters:
    def __init__(self, ticket, events, text, longer, sessions):
        """`text`: a Text or None. `longer(windows, granted)`: windows as extended. `sessions`: those of the bundle."""
        self.ticket, self.events, self.text, self.longer = ticket, events, text, longer
        self.own = [event for event in events if event['details'].get('ticket') == ticket]
        created = self.of('ticket.created')
        self.requester = who(created[0]) if created else None
        self.approvals = self.of('ticket.approved')
        self.sessions = []
        for opened in self.of('session.opened'):
            if opened['details'].get('session') in sessions:
                named = [e for e in events if e['details'].get('session') == opened['details'].get('session')]
                self.sessions.append((opened, named))
        self.found = []

    def of(self, *kinds):
        return [event for event in self.own if event['type'] in kinds]

    def say(self, matter, about, outcome, words):
        self.found.append((matter, str(about), outcome, words))

    def side(self, account):
        named = [each for approval in self.approvals for each in items(approval['details'].get('companions'))]
        return account in (None, self.requester) or account in named + (self.text.companions if self.text else [])

    @staticmethod
    def outsider(event):
        return event['details'].get('vendor') is not None

    def judge(self):
        for part in (self.stages, self.deputies, self.emergency, self.freezes, self.attachments,
                     self.supervision, self.time, self.originals):
            part()
        return self.found

    # --- who approved -------------------------------------------------------------------------------------------------

    def round(self, approval):
        before = [event for event in self.own if event['index'] < approval['index']]
        turns = [event for event in before if event['type'] in ('ticket.submitted', 'ticket.approved', *ENDS)]
        start = turns[-1] if turns else None
        since = [event for event in before if start is None or event['index'] > start['index']]
        submitted = start if start is not None and start['type'] == 'ticket.submitted' else None
        return (submitted, [e for e in since if e['type'] == 'ticket.filed'],
                [e for e in since if e['type'] == 'ticket.endorsed'])

    def stages(self):
        for approval in self.approvals:
            submitted, filed, endorsed = self.round(approval)
            names = ', '.join(name(each) for each in [*filed, *endorsed, approval])
            if self.badly(approval, submitted, filed, endorsed):
                self.say('stages', self.ticket, 'fails', f'it did not pass what it had to: {names}')
            elif route(approval) is None:
                self.say('stages', self.ticket, 'unknown', f'{names} passed it; how many had to is not said')
            else:
                self.say('stages', self.ticket, 'holds', f'{names} passed it, as many as it needed')

    def badly(self, approval, submitted, filed, endorsed):
        if submitted is None:
            return True
        hands = [*filed, *endorsed, approval]
        text = approval['details'].get('contentHash')
        if any(each['details'].get('contentHash') != text for each in [submitted, *hands]):
            return True
        if any(self.side(who(each)) for each in filed + endorsed):
            return True
        if len({who(each) for each in hands}) < len(hands):
            return True
        needed = route(approval)
        if any(self.unfit(each, needed) for each in hands):
            return True
        if self.text and any(self.more(each) for each in [*endorsed, approval]):
            return True
        if needed is None:
            return False
        asked = route(submitted)
        if asked and (asked['filing'] and not needed['filing'] or asked['approvals'] > needed['approvals']
                      or asked['emergency'] != needed['emergency']):
            return True
        first = [*endorsed, approval][0]['index']
        if needed['filing'] and not any(each['index'] < first for each in filed):
            return True
        return len(endorsed) + 1 < needed['approvals']

    def unfit(self, event, needed):
        role = event['details'].get('role')
        if self.outsider(event):
            return True
        if 'role' not in event['details']:
            return False
        if event['type'] == 'ticket.filed':
            return role != 'section'
        urgent = needed is not None and needed['emergency']
        return not (role == 'head' or 'deputyFor' in event['details'] or (role == 'section' and urgent))

    def more(self, event):
        asked = self.text.asked
        left = asked.by(event)
        if left is None:
            return True
        for start, end in left.windows:
            if not any(a <= start and end <= b for a, b in asked.windows):
                return True
        if left.channels is not None:
            for account, kinds in left.channels.items():
                if account not in (asked.channels or {}) or any(k not in asked.channels[account] for k in kinds):
                    return True
        return (asked.supervised and not left.supervised) or (left.finish and not asked.finish)

    def deputies(self):
        for decision in self.of('ticket.endorsed', 'ticket.approved', 'ticket.extended', 'emergency.reviewed'):
            if 'deputyFor' not in decision['details']:
                continue
            if any(self.appoints(event, decision) for event in self.events):
                self.say('deputy', self.ticket, 'holds', f'{name(decision)} was within their days as a deputy')
            else:
                self.say('deputy', self.ticket, 'fails', f'{name(decision)} stood in for a head without being named')

    def appoints(self, event, decision):
        said = event['details']
        if event['type'] != 'deputy.appointed' or event['index'] >= decision['index']:
            return False
        account, head, start, until = (said.get(key) for key in ('account', 'head', 'from', 'until'))
        if account != who(decision) or head != decision['details']['deputyFor'] or who(event) != head:
            return False
        if account == head or self.side(account) or self.side(head) or self.outsider(event):
            return False
        if not is_int(start) or not is_int(until) or until - start > 92 * DAY:
            return False
        ended = any(each['type'] == 'deputy.ended' and each['details'].get('deputy') == said.get('deputy')
                    and event['index'] < each['index'] < decision['index'] for each in self.events)
        return start <= decision['at'] < until and not ended

    # --- emergencies and freezes --------------------------------------------------------------------------------------

    def urgent(self):
        return self.text.urgency != 'planned' if self.text else bool(self.of('emergency.opened'))

    def in_force(self, before):
        approval = None
        for event in before:
            if event['type'] == 'ticket.approved':
                approval, reported = event, False
            elif event['type'] in ENDS:
                approval = None
            elif event['type'] in ('ticket.reported', 'ticket.sent-back'):
                reported = event['type'] == 'ticket.reported'
        return approval if approval is not None and not reported else None

    def emergency(self):
        opened = self.of('emergency.opened')
        for approval in self.approvals:
            way = route(approval)
            urgent = way['emergency'] if way else self.text is not None and self.urgent()
            if urgent and not any(event['index'] > approval['index'] for event in opened):
                self.say('emergency', self.ticket, 'fails', 'an emergency that no event says is to be reviewed')
        for review in self.of('emergency.reviewed'):
            if not any(event['index'] < review['index'] for event in opened):
                self.say('review', self.ticket, 'fails', 'a review of an emergency that nobody opened')
        for event in opened:
            self.opening(event)
            self.review(event)

    def opening(self, opened):
        approval, openers = self.openers(opened)
        drill, due = opened['details'].get('drill'), opened['details'].get('reviewDue')
        way = route(approval)
        led = any(each['details'].get('role', 'head') == 'head' or isinstance(each['details'].get('deputyFor'), str)
                  for each in openers)
        lawful = (led and len({who(each) for each in openers}) >= 2 and (way is None or way['emergency'])
                  and (self.text is None or self.text.urgency == ('drill' if drill is True else 'emergency'))
                  and is_int(due) and due - opened['at'] <= DAY)
        names = ' and '.join(name(each) for each in openers)
        if lawful:
            self.say('emergency', self.ticket, 'holds', f'an emergency, opened by {names}')
        else:
            self.say('emergency', self.ticket, 'fails', 'an emergency that was not opened as one has to be')

    def openers(self, opened):
        approval = self.in_force([event for event in self.own if event['index'] < opened['index']])
        return (approval, [*self.round(approval)[2], approval]) if approval else (None, [])

    def review(self, opened):
        due = opened['details'].get('reviewDue')
        due = due if is_int(due) else float('nan')
        reviews = [event for event in self.of('emergency.reviewed') if event['index'] > opened['index']]
        if not reviews:
            if max(event['at'] for event in self.events) < due:
                self.say('review', self.ticket, 'unknown', f'it is to be reviewed by {moment(due)}')
            else:
                self.say('review', self.ticket, 'lacking', f'nobody had reviewed it by {moment(due)}')
            return
        review = reviews[0]
        role = review['details'].get('role', 'head')
        wrong = (len(reviews) > 1 or self.side(who(review)) or self.outsider(review)
                 or who(review) in [who(each) for each in self.openers(opened)[1]]
                 or (role != 'head' and 'deputyFor' not in review['details']))
        if wrong:
            self.say('review', self.ticket, 'fails', f'{name(review)} may not review it')
        elif review['at'] <= due:
            self.say('review', self.ticket, 'holds', f'{name(review)} reviewed it')
        else:
            self.say('review', self.ticket, 'lacking', f'{name(review)} reviewed it, but late')

    def frozen_spans(self):
        for placed in self.events:
            said = placed['details']
            if placed['type'] != 'freeze.placed' or not is_int(said.get('start')) or not is_int(said.get('end')):
                continue
            lifted = next((event for event in self.events if event['type'] == 'freeze.lifted'
                           and event['details'].get('freeze') == said.get('freeze')
                           and event['index'] > placed['index']), None)
            yield said['start'], said['end'], placed, lifted

    def freezes(self):
        frozen = list(self.frozen_spans())
        if not frozen:
            return
        if self.urgent():
            self.say('freeze', self.ticket, 'holds', 'a freeze does not hold for an emergency')
            return
        before = len(self.found)
        for approval in self.approvals:
            if any(self.approved_into(approval, span) for span in frozen):
                self.say('freeze', self.ticket, 'fails', 'it was approved in or into a freeze')
        for opened, named in self.sessions:
            if any(self.open_in(opened, named, span) for span in frozen):
                self.say('freeze', opened['details']['session'], 'fails', 'it was open in a freeze')
        if len(self.found) == before:
            self.say('freeze', self.ticket, 'holds', 'nothing was approved or open in the freezes here')

    @staticmethod
    def placed_at(span, index):
        _, _, placed, lifted = span
        return placed['index'] < index and (lifted is None or lifted['index'] > index)

    def approved_into(self, approval, span):
        start, end = span[:2]
        for event in [*self.round(approval)[2], approval]:
            if self.placed_at(span, event['index']) and start <= event['at'] < end:
                return True
        windows = self.text.left.windows if self.text else []
        return self.placed_at(span, approval['index']) and any(start < b and a < end for a, b in windows)

    def open_in(self, opened, named, span):
        start, end, placed, lifted = span
        if self.placed_at(span, opened['index']) and start <= opened['at'] < end:
            return True
        ended = self.known_end(named)
        begins = max(start, placed['at'])
        over = min(end, lifted['at']) if lifted else end
        return (ended is not None and opened['at'] < begins < over and begins + LATE < min(over, ended['at']))

    # --- sessions ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def end(named):
        return next((event for event in named if event['type'] == 'session.ended'), None)

    def known_end(self, named):
        return None if any(event['type'] == 'recording.recovered' for event in named) else self.end(named)

    def windows_before(self, index):
        granted = [event for event in self.of('ticket.extended') if event['index'] < index]
        return self.longer(self.text.left.windows, granted)

    @staticmethod
    def around(windows, at):
        end = next((b for a, b in windows if a <= at < b), None)
        for a, b in windows if end is not None else []:
            end = b if a <= end < b else end
        return end

    def time(self):
        for opened, named in self.sessions if self.text else []:
            session, ended = opened['details']['session'], self.end(named)
            windows = self.windows_before(ended['index'] if ended else 2**53)
            limit = self.around(windows, opened['at'])
            if limit is None:
                continue
            finishing = [event for event in named if event['type'] == 'session.finishing']
            if any(not self.may_finish(opened, event) for event in finishing):
                self.say('time', session, 'fails', 'it went on after its window, and may not')
                continue
            if self.known_end(named) is None:
                self.say('time', session, 'unknown', 'when it really ended')
                continue
            limit = max([limit, *(event['details']['until'] for event in finishing)])
            over = [event['at'] for event in self.own if event['index'] > opened['index']
                    and event['type'] in (*ENDS, 'ticket.reported')]
            limit = min([limit, *over[:1]])
            if ended['at'] <= limit + LATE:
                self.say('time', session, 'holds', 'it was over in time')
            elif any(event['type'] == 'clock.jumped' and opened['index'] < event['index'] < ended['index']
                     for event in self.events):
                self.say('time', session, 'unknown', 'whether it was over in time: the clock was set')
            else:
                self.say('time', session, 'fails', 'it was not over in time')

    def may_finish(self, opened, event):
        until = event['details'].get('until')
        end = self.around(self.windows_before(event['index']), opened['at'])
        return (self.text.left.finish and opened['details'].get('kind') in ('exec', 'sftp')
                and is_int(until) and end is not None and until <= end + 120 * 60_000)

    def supervision(self):
        by_hand = ('watch.begun', 'session.held', 'session.released', 'session.told')
        for opened, named in self.sessions:
            session = opened['details']['session']
            supervised = opened['details'].get('supervised') is True
            needed = self.text is not None and self.text.left.supervised
            told = [e for e in named if e['type'] in (*by_hand, 'watch.ended', 'session.frozen', 'session.resumed')]
            if not (supervised or needed or told):
                continue
            strangers = any(e['type'] in by_hand and (self.side(who(e)) or self.outsider(e)) for e in told)
            outcome = self.watched(named, told) if supervised else self.held(told)
            if needed and not supervised or strangers:
                outcome = 'fails'
            names = ', '.join(sorted({name(e) for e in told if e['type'] == 'watch.begun'})) or 'nobody'
            words = {'holds': f'watched by {names}', 'fails': 'it went on unwatched, or was not watched as it has to be',
                     'unknown': 'whether it was frozen when the last who watched had left'}
            self.say('supervision', session, outcome, words[outcome])

    @staticmethod
    def held(told):
        stopped = False
        for event in told:
            if event['type'] == 'session.frozen' and event['details'].get('cause') == 'held':
                stopped = True
            elif event['type'] == 'session.released':
                stopped = False
            elif event['type'] == 'session.resumed' and stopped:
                return 'fails'
        return 'holds'

    def watched(self, named, told):
        if self.held(told) == 'fails':
            return 'fails'
        ended, watchers, came, going, begun, outcome = self.end(named), 0, False, False, False, 'holds'
        told_ids = {event['index'] for event in told}
        for event in named:
            if event['type'] == 'credential.released' and not begun:
                return 'fails'
            if event['index'] not in told_ids:
                continue
            following = next((e for e in told if e['index'] > event['index']
                              and e['type'] in ('session.frozen', 'session.resumed')), None)
            if event['type'] == 'watch.begun':
                watchers, came = watchers + 1, True
            elif event['type'] == 'session.frozen':
                going = False
            elif event['type'] == 'session.resumed':
                taken_back = (came and following is not None and following['type'] == 'session.frozen'
                              and following['at'] <= event['at'] + 10_000)
                if watchers <= 0 and not taken_back:
                    return 'fails'
                going = begun = True
            elif event['type'] == 'watch.ended':
                watchers -= 1
                if event['details'].get('why') == 'session-over' or watchers > 0 or not going:
                    continue
                if following is not None and following['type'] == 'session.frozen':
                    continue
                if following is not None or (ended is not None and ended['at'] > event['at'] + 10_000):
                    return 'fails'
                outcome = outcome if ended is not None else 'unknown'
        return outcome

    # --- files ------------------------------------------------------------------------------------------------------------

    def attachments(self):
        if self.text is None:
            return
        last = self.approvals[-1]['index'] if self.approvals else 2**53
        attached = []
        for event in self.own:
            key = tuple(event['details'].get(each) for each in ('name', 'sha256', 'bytes'))
            if event['index'] <= last and event['type'] == 'ticket.attachment-added' and key not in attached:
                attached.append(key)
            if event['index'] <= last and event['type'] == 'ticket.attachment-removed' and key in attached:
                attached.remove(key)
        if not attached and not self.text.files:
            return
        same = len(attached) == len(self.text.files) and all(key in attached for key in self.text.files)
        names = ', '.join(f'{each[0]} (SHA-256 {each[1]})' for each in self.text.files)
        self.say('attachments', self.ticket, 'holds' if same else 'fails', f'files it names: {names}')

    def originals(self):
        wrong = set()
        for event in self.of('originals.copied', 'originals.not-copied', 'originals.read-again'):
            if not self.listed(event) or not self.as_declared(event):
                wrong.add(event['details'].get('session'))
                self.say('originals', event['details'].get('session'), 'fails', 'a list is not what its hash says')
        for opened, named in self.sessions:
            if opened['details']['session'] not in wrong:
                self.started(opened, named)

    def listed(self, event):
        said, count, lines = event['details'], 0, []
        for each in self.of('originals.listed'):
            if each['details'].get('manifest') != said.get('manifest') or each['index'] > event['index']:
                continue
            if each['details'].get('from') != count or not isinstance(each['details'].get('items'), list):
                return False
            lines += each['details']['items']
            count = len(lines)
        text = ''.join(json.dumps(item, ensure_ascii=False, separators=(',', ':'), sort_keys=True) + '\n'
                       for item in lines)
        return count == said.get('items') and hashlib.sha256(text.encode()).hexdigest() == said.get('sha256')

    def as_declared(self, event):
        if self.text is None or event['type'] == 'originals.read-again':
            return True
        said, declared = event['details'].get('declared'), self.text.declared(event['details'].get('targetAccount'))
        return isinstance(said, list) and sorted(map(json.dumps, said)) == sorted(map(json.dumps, declared))

    def started(self, opened, named):
        session = opened['details']['session']
        kinds = ('originals.copied', 'originals.not-copied', 'originals.relied-on')
        said = next((event for event in named if event['type'] in kinds), None)
        changes = self.text.declared(opened['details'].get('targetAccount')) if self.text else []
        worked = [event for event in named if event['type'].startswith('file.')]
        if said is None:
            if changes and any(event['type'] == 'credential.released' for event in named):
                ended = self.end(named)
                if worked or (ended is not None and is_int(ended['details'].get('exitStatus'))):
                    self.say('originals', session, 'fails', 'it went to work without originals')
                else:
                    self.say('originals', session, 'unknown', 'whether originals were copied first')
        elif said['type'] == 'originals.copied':
            self.say('originals', session, 'holds', 'originals were copied first')
        elif said['type'] == 'originals.relied-on':
            there = any(event['details'].get('manifest') == said['details'].get('manifest')
                        and event['index'] < said['index'] for event in self.of('originals.copied'))
            self.say('originals', session, 'holds' if there else 'fails', 'it relied on originals of before')
        elif said['details'].get('without') is not None:
            self.say('originals', session, 'lacking', 'it opened without all originals, as was approved')
        else:
            later = any(event['index'] > said['index'] for event in worked)
            self.say('originals', session, 'fails' if later else 'holds', 'not all originals could be copied')

    def agreed(self, opened):
        """Whether a session is of a channel that is left."""
        left = self.text.left.channels if self.text else None
        said = opened['details']
        return left is None or said.get('kind') in left.get(said.get('targetAccount'), [])
