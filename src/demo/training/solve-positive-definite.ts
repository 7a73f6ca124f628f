/**
 * Solves `matrix · x = right` for a symmetric positive definite matrix by Cholesky's decomposition
 * (Golub, Van Loan, "Matrix Computations", 4th edition, 4.2).
 * @throws Error when the matrix is not positive definite
 */
export function solvePositiveDefinite(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): readonly number[] {
  const lower = decompose(matrix);
  const forward: number[] = [];
  for (const [row, value] of right.entries()) {
    forward.push((value - partialDot(lower[row] ?? [], forward, row)) / at(lower, row, row));
  }
  const solution: number[] = right.map(() => 0);
  for (let row = right.length - 1; row >= 0; row -= 1) {
    let rest = forward[row] ?? 0;
    for (let below = row + 1; below < right.length; below += 1) {
      rest -= at(lower, below, row) * (solution[below] ?? 0);
    }
    solution[row] = rest / at(lower, row, row);
  }
  return solution;
}

/** The lower triangle L with L · Lᵀ = matrix, row by row. */
function decompose(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const lower: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const current: number[] = [];
    lower.push(current);
    for (let column = 0; column <= row; column += 1) {
      const rest = (values[column] ?? 0) - partialDot(current, lower[column] ?? [], column);
      if (column < row) {
        current.push(rest / at(lower, column, column));
        continue;
      }
      if (!(rest > 0)) throw new Error("the matrix is not positive definite");
      current.push(Math.sqrt(rest));
    }
  }
  return lower;
}

function partialDot(left: readonly number[], right: readonly number[], length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

function at(matrix: readonly (readonly number[])[], row: number, column: number): number {
  return matrix[row]?.[column] ?? 0;
}
