/**
 * The signed root of the deviance of a count from what was expected: about standard normal also where few
 * are expected (McCullagh and Nelder, Generalized Linear Models, 1989, 2.4.3).
 */
export function poissonRoot(seen: number, expected: number): number {
  return Math.sign(seen - expected) * root(part(seen, expected) - (seen - expected));
}

/**
 * The same of a count that is a part of `all`: what is not among them is elsewhere, as with two samples
 * whose sum is given (Przyborowski and Wilenski, Biometrika 31 (1940)).
 */
export function binomialRoot(seen: number, expected: number, all: number): number {
  const others = part(all - seen, all - expected);
  return Math.sign(seen - expected) * root(part(seen, expected) + others);
}

function part(seen: number, expected: number): number {
  return seen <= 0 ? 0 : seen * Math.log(seen / expected);
}

function root(half: number): number {
  return Math.sqrt(Math.max(0, 2 * half));
}
