#!/bin/sh
# A grid as an array of Slurm: one task trains one cell, all into one shared folder. `sbatch slurm-grid.sh` in the checkout.
# The array has as many indices as there are methods × seeds: here 4 × 3.
#SBATCH --job-name=evenkeel-grid
#SBATCH --array=0-11
#SBATCH --requeue
#SBATCH --cpus-per-task=2
#SBATCH --output=grid-%A-%a.log
# Asked to end a minute before time is up, a cell saves; requeued, it resumes.
#SBATCH --signal=TERM@60
exec npm run reproduce -- --data cifar10-lt --data-dir "${CIFAR_DIR:?folder with the official files}" \
  --methods ce,la,crt,whiten+b3rs+bet+la --seeds 1,2,3 --out "${GRID_DIR:-runs/grid}"
