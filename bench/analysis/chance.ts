/** From so many expected on the normal distribution is near enough. */
const MANY = 50;

/** Numbers by chance that are the same for the same seed: xoshiro128** of Blackman and Vigna (2018). */
export class Chance {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    this.a = seed | 0;
    this.b = Math.imul(seed, 0x85ebca6b);
    this.c = seed ^ 0x9e3779b9;
    this.d = 1;
    for (let round = 0; round < 40; round += 1) this.share();
  }

  /** Between 0 and 1, without either. */
  share(): number {
    const shifted = this.b << 9;
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return ((result >>> 0) + 0.5) / 2 ** 32;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.share())) * Math.cos(2 * Math.PI * this.share());
  }

  /** How many of `total` happen that each happen with this chance; by the normal one where they are many. */
  binomial(total: number, chance: number): number {
    if (chance <= 0) return 0;
    if (chance > 0.5) return total - this.binomial(total, 1 - chance);
    if (total * chance > MANY) {
      const sd = Math.sqrt(total * chance * (1 - chance));
      const drawn = Math.round(total * chance + this.normal() * sd);
      return Math.min(total, Math.max(0, drawn));
    }
    const log = Math.log(1 - chance);
    let happened = -1;
    let place = 0;
    while (place <= total) {
      place += Math.floor(Math.log(this.share()) / log) + 1;
      happened += 1;
    }
    return happened;
  }
}
