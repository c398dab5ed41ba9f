import type { Metric } from '../../contract/metric.js';

/** Mean absolute error `mae`, root mean squared error `rmse` and R² `r2`, each over all columns together; `r2` by column is averaged. */
export function regressionErrors(): Metric<{ mae: number | null; rmse: number | null; r2: number | null }> {
  return {
    name: 'regression errors',
    task: 'regression',
    start({ outputs: width }) {
      let rows = 0;
      let absolute = 0;
      const squared = new Float64Array(width);
      const sums = new Float64Array(width);
      const squares = new Float64Array(width);
      return {
        add(outputs, truth) {
          rows += truth.length / width;
          truth.forEach((value: number, at: number) => {
            const column = at % width;
            const difference = outputs[at] - value;
            absolute += Math.abs(difference);
            squared[column] += difference * difference;
            sums[column] += value;
            squares[column] += value * value;
          });
        },
        result() {
          if (rows === 0) return { mae: null, rmse: null, r2: null };
          const explained = Array.from(squared, (error, column) => {
            const spread = squares[column] - (sums[column] * sums[column]) / rows;
            return spread > 0 ? 1 - error / spread : null;
          }).filter((value) => value !== null);
          const total = squared.reduce((sum, value) => sum + value, 0);
          return {
            mae: absolute / (rows * width),
            rmse: Math.sqrt(total / (rows * width)),
            r2: explained.length === width ? explained.reduce((a, b) => a + b, 0) / width : null,
          };
        },
      };
    },
  };
}
