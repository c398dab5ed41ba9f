#!/bin/sh
# One run on four tasks of Slurm: `sbatch slurm-replicas.sh train.mjs`. The script uses dataParallel() and resumes by itself.
#SBATCH --job-name=evenkeel-replicas
#SBATCH --ntasks=4
#SBATCH --cpus-per-task=2
#SBATCH --requeue
#SBATCH --output=replicas-%j.log
# The nodes of this job and no other may take part; read SECURITY.md.
EVENKEEL_HOSTS=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | paste -sd,)
export EVENKEEL_HOSTS TF_NUM_INTRAOP_THREADS="${SLURM_CPUS_PER_TASK:-1}"
# When one task fails the others save and end; then all begin again.
for attempt in 1 2 3 4; do
  srun --kill-on-bad-exit=0 node "$@" && exit 0
  echo "attempt $attempt ended; all begin again" >&2
done
exit 1
