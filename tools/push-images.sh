#!/usr/bin/env bash
# Builds the images of the apps from their packages and pushes them as IMAGE_TAG; what is there already stays.
# Usage: AWS_ACCOUNT_ID=… AWS_REGION=… IMAGE_TAG=… tools/push-images.sh STAGE
set -euo pipefail
cd "$(dirname "$0")/.."
stage=${1:?"which stage: dev, staging or prod"}
registry="${AWS_ACCOUNT_ID:?}.dkr.ecr.${AWS_REGION:?}.amazonaws.com"

npx nx run-many -t package -p api,agent-runner,migration-worker
aws ecr get-login-password --region "$AWS_REGION" | docker login --username AWS --password-stdin "$registry"
for app in api agent-runner migration-worker; do
  repository="agent-engine-$stage-$app"
  if aws ecr describe-images --repository-name "$repository" --image-ids imageTag="${IMAGE_TAG:?}" >/dev/null 2>&1; then
    echo "$repository:$IMAGE_TAG is there"
    continue
  fi
  docker buildx build --platform linux/arm64 --provenance=false --push \
    --tag "$registry/$repository:$IMAGE_TAG" --file "apps/$app/Dockerfile" "apps/$app/package"
done
