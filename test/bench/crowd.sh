# Starts $1 jobs at once, each of which runs the rest of the line, and prints how many of them failed.
count=$1
shift
id=0
pids=
while [ "$id" -lt "$count" ]; do
  id=$((id + 1))
  CI_JOB_ID=$id "$@" > /dev/null 2>&1 &
  pids="$pids $!"
done
failed=0
for pid in $pids; do wait "$pid" || failed=$((failed + 1)); done
echo "$failed"
