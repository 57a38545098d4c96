import { Pause, Play, SkipForward, Undo2, X } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { RolloutPage } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { type Failure, order, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Awaited, Card, Confirm, iconShape, Link, Mark, Row, Sheet, Table, Trouble, Unfolded } from '../parts.tsx';
import { Progress, statusTones, stepTones } from '../progress.tsx';
import { hashOf } from '../route.ts';
import { inLang, whomSaid, whySaid } from '../said.ts';
import { paceSaid } from './pace.tsx';

/** One rollout: how far it has come, and what can still be done about it. */
export function RolloutView({ rollout }: { readonly rollout: number }) {
  const place = usePlace();
  const { words, time, list } = place;
  const own = words.rollouts;
  const { value, failure, again } = useReading<RolloutPage>(`rollouts/${rollout}`);
  if (value === null) {
    return (
      <Sheet title={own.rollout(rollout)}>
        <Awaited failure={failure} />
      </Sheet>
    );
  }
  const why = value.why === null ? null : inLang(place, value.why);
  const away = value.kiosks.flatMap((one) => (one.away ? [one.kiosk] : []));
  return (
    <Sheet title={own.rollout(rollout)}>
      <Card title={own.progress}>
        <Progress line={value} named />
        <Facts
          facts={[
            [
              own.status,
              <Mark key="status" tone={statusTones[value.status]}>
                {own.statuses[value.status]}
              </Mark>,
            ],
            [own.why, why === null ? null : Object.hasOwn(own.rolloutWhys, why) ? own.rolloutWhys[why] : why],
            [own.whom, whomSaid(words, value.whom)],
            [own.began, own.beganBy(value.beganBy, time(value.beganAt))],
            [own.ended, value.endedAt === null ? null : time(value.endedAt)],
            [own.pace, paceSaid(place, value.kiosks.length, value.pace)],
          ]}
        />
        <Standing page={value} />
        {away.length > 0 && <Mark tone="caution">{own.awaits(list(away))}</Mark>}
        <Acts page={value} changed={() => void again()} />
      </Card>
      <div class="card card-table">
        <KioskTable kiosks={value.kiosks} />
      </div>
      <Card>
        <Unfolded name={own.showText} text={value.text} />
      </Card>
    </Sheet>
  );
}

/** What the bar does not show: that it is not over yet, and what stays published after it failed. */
function Standing({ page: { status, kiosks, counts } }: { readonly page: RolloutPage }) {
  const own = usePlace().words.rollouts;
  const failed = (counts.refused ?? 0) + (counts['went-back'] ?? 0);
  const open = status === 'running' || status === 'paused';
  if (open && counts.running === kiosks.length) return <p class="quiet">{own.onTrial}</p>;
  return failed > 0 ? <p class="caution-note">{own.stillPublished}</p> : null;
}

function KioskTable({ kiosks }: { readonly kiosks: RolloutPage['kiosks'] }) {
  const place = usePlace();
  const { words, time, count } = place;
  const own = words.rollouts;
  const heads = [words.kiosks.kiosk, own.wave, words.kiosks.state, words.kiosks.configuration, own.why, own.changedAt];
  return (
    <Table label={words.nav.kiosks} heads={heads}>
      {kiosks.map(({ kiosk, wave, status, edition, why, changedAt }) => (
        <Row key={kiosk} heads={heads}>
          <Link to={{ at: 'kiosk', kiosk }}>{kiosk}</Link>
          <span>{count(wave)}</span>
          <Mark tone={stepTones[status]}>{own.steps[status]}</Mark>
          <span>{edition === null ? <span class="quiet">–</span> : words.kiosks.edition(edition)}</span>
          <span class="break">
            {why === null ? (
              <span class="quiet">–</span>
            ) : (
              whySaid(place, why).map((line) => <div key={line}>{line}</div>)
            )}
          </span>
          <span>{time(changedAt)}</span>
        </Row>
      ))}
    </Table>
  );
}

interface ActsProps {
  readonly page: RolloutPage;
  readonly changed: () => void;
}

function Acts({ page, changed }: ActsProps) {
  const { words, may } = usePlace();
  const own = words.rollouts;
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const sures = {
    abort: [own.abortSure, own.abortDo],
    back: [own.backSure, own.backDo],
    'pass-by': [own.passBySure, own.passByDo],
  } as const;
  const [sure, setSure] = useState<keyof typeof sures | null>(null);
  const go = (act: 'pause' | 'resume' | keyof typeof sures) =>
    once(async () => {
      const answer = await order<{ readonly rollout?: number } | null>(`rollouts/${page.rollout}/${act}`);
      fail(answer.ok ? null : answer);
      setSure(null);
      const begun = answer.ok ? answer.value?.rollout : undefined;
      if (act === 'back' && begun !== undefined) location.hash = hashOf({ at: 'rollout', rollout: begun });
      else changed();
    });
  if (!may('publish')) return null;
  const { status } = page;
  const open = status === 'running' || status === 'paused';
  return (
    <>
      <Trouble failure={failure} />
      {sure !== null ? (
        <Confirm
          key={sure}
          text={sures[sure][0]}
          does={sures[sure][1]}
          off={busy}
          onYes={() => go(sure)}
          onNo={() => setSure(null)}
        />
      ) : (
        <div class="tools">
          {status === 'running' && (
            <Touch off={busy} onTouch={() => go('pause')}>
              <Pause {...iconShape} /> {own.pause}
            </Touch>
          )}
          {status === 'paused' && (
            <Touch off={busy} onTouch={() => go('resume')}>
              <Play {...iconShape} /> {own.resume}
            </Touch>
          )}
          {page.kiosks.some(({ away }) => away) && (
            <Touch off={busy} onTouch={() => setSure('pass-by')}>
              <SkipForward {...iconShape} /> {own.passBy}
            </Touch>
          )}
          {open && (
            <Touch off={busy} onTouch={() => setSure('abort')}>
              <X {...iconShape} /> {own.abort}
            </Touch>
          )}
          <Touch off={busy} onTouch={() => setSure('back')}>
            <Undo2 {...iconShape} /> {own.back}
          </Touch>
        </div>
      )}
    </>
  );
}
