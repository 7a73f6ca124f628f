/**
 * The highest share of which so few events in so many trials are still believable: the upper limit of the
 * one-sided 95 % confidence interval of Clopper and Pearson (1934). With 0 of 200 it is 1.5 %, not 0.
 */
export function upperLimit(events: number, trials: number): number {
  if (trials <= 0 || events >= trials) return 1;
  let low = events / trials;
  let high = 1;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(events, trials, middle) > DOUBT) low = middle;
    else high = middle;
  }
  return high;
}

const DOUBT = 0.05;

/** How likely at most `events` are when each of `trials` comes true with this probability. */
function atMost(events: number, trials: number, probability: number): number {
  const odds = Math.log(probability) - Math.log1p(-probability);
  let term = trials * Math.log1p(-probability);
  let sum = Math.exp(term);
  for (let k = 1; k <= events; k += 1) {
    term += Math.log((trials - k + 1) / k) + odds;
    sum += Math.exp(term);
  }
  return sum;
}
