/**
 * Ratios that hold on a noisy machine: contestant and baseline take turns, and the median of the rounds' ratios is
 * what is printed. tinybench and mitata run one contestant after the other, so a machine whose speed drifts bends their
 * ratios; that is why this page exists.
 */

const roundsDefault = 9

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function secondsOf(run) {
  globalThis.gc?.()
  const begun = process.hrtime.bigint()
  await run()
  return Number(process.hrtime.bigint() - begun) / 1e9
}

/**
 * Runs both in turn, after a warm-up of each.
 * @returns medians: `ratio`, how many times as fast as the baseline the contestant is; seconds of each.
 */
export async function compare({ contestant, baseline, rounds = roundsDefault }) {
  await contestant()
  await baseline()
  const pairs = []
  for (let round = 0; round < rounds; round++) {
    const inTurn = round % 2 === 0
    const first = await secondsOf(inTurn ? contestant : baseline)
    const second = await secondsOf(inTurn ? baseline : contestant)
    pairs.push(inTurn ? { ours: first, theirs: second } : { ours: second, theirs: first })
  }
  return {
    ratio: median(pairs.map(({ ours, theirs }) => theirs / ours)),
    ours: median(pairs.map(({ ours }) => ours)),
    theirs: median(pairs.map(({ theirs }) => theirs)),
  }
}

const rate = (count, seconds) => {
  const perSecond = count / seconds
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(1)} M/s` : `${(perSecond / 1e3).toFixed(1)} k/s`
}

/** Prints one line: what, the ratio, the aim if there is one, and both rates. */
export function report({ what, against, count, result, aim }) {
  const { ratio, ours, theirs } = result
  const reached = aim === undefined ? '' : ` (aim ${aim}${ratio >= aim ? '' : ', not reached'})`
  console.log(
    `${what}: ${ratio.toFixed(2)} times ${against}${reached}; ${rate(count, ours)} against ${rate(count, theirs)}`,
  )
}
