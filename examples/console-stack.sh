#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The management console behind a load balancer, from one template: a certificate is made and uploaded, the stack is
# created or updated, and its address printed. Running it again changes nothing that is as it should be.
set -euo pipefail

usage() {
  cat <<'END'
usage: console-stack.sh [--cloud-ip ADDRESS] [--key KEY PAIR] [--image IMAGE] [option ...]
       console-stack.sh --delete [--stack NAME] [--certificate NAME]

  --cloud-ip ADDRESS     the cloud that the console is for (CLOUD_IP)
  --key KEY PAIR         key pair for SSH to the instances (SSH_KEY)
  --image IMAGE          image with cloud-init (IMAGE_ID)
  --type TYPE            type of the instances (m1.medium)
  --ssh-location CIDR    who may use SSH (0.0.0.0/0)
  --consoles COUNT       how many instances to start with (1)
  --cookie-key TEXT      secret that all consoles share: 32 to 128 letters and digits; made at random when it is not given
  --subject SUBJECT      of the certificate (/C=DE/O=Example/CN=*.lb.eucalyptus.internal)
  --stack NAME           (console-stack)
  --certificate NAME     (console-stack)
  --folder FOLDER        for the key, the certificate and the cookie key (the present one)
  --delete               remove the stack, then the certificate
END
}

cloud_ip=${CLOUD_IP:-}
key=${SSH_KEY:-}
image=${IMAGE_ID:-}
type=m1.medium
ssh_location=0.0.0.0/0
consoles=1
cookie_key=
subject='/C=DE/O=Example/CN=*.lb.eucalyptus.internal'
stack=console-stack
certificate=console-stack
folder=.
delete=

while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit ;;
    --delete) delete=yes; shift; continue ;;
  esac
  if [ $# -lt 2 ]; then usage >&2; exit 2; fi
  case $1 in
    --cloud-ip) cloud_ip=$2 ;;
    --key) key=$2 ;;
    --image) image=$2 ;;
    --type) type=$2 ;;
    --ssh-location) ssh_location=$2 ;;
    --consoles) consoles=$2 ;;
    --cookie-key) cookie_key=$2 ;;
    --subject) subject=$2 ;;
    --stack) stack=$2 ;;
    --certificate) certificate=$2 ;;
    --folder) folder=$2 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift 2
done

stack_status() { euform-describe-stacks "$stack" 2> /dev/null | awk -F '\t' '$1 == "STACK" { print $3 }' || true; }
certificate_arn() { euare-servercertgetattributes -s "$certificate" 2> /dev/null | head -n 1 || true; }

if [ -n "$delete" ]; then
  euform-delete-stack --wait "$stack"
  [ -z "$(certificate_arn)" ] || euare-servercertdel -s "$certificate"
  exit
fi

refuse() {
  echo "console-stack.sh: $1" >&2
  exit 2
}

for setting in cloud_ip key image; do
  if [ -z "${!setting}" ]; then
    echo "console-stack.sh: set ${setting^^} or give its option" >&2
    usage >&2
    exit 2
  fi
done

if [ -n "$cookie_key" ] && ! [[ $cookie_key =~ ^[0-9A-Za-z]{32,128}$ ]]; then
  refuse 'the cookie key has to have 32 to 128 letters and digits'
fi
status=$(stack_status)
if [ "$status" = ROLLBACK_COMPLETE ]; then
  # It could not be made, of which nothing is left but what it tells.
  euform-delete-stack --wait "$stack"
  status=
fi
if [ -n "$status" ] && [ -z "$cookie_key" ] && [ ! -s "$folder/$stack.cookie-key" ]; then
  refuse "$folder has no $stack.cookie-key: say which --folder the stack was made with, or give it a new --cookie-key"
fi

# Whatever is made here is the owner's alone.
umask 077
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"

arn=$(certificate_arn)
if [ -z "$arn" ]; then
  name=${subject##*CN=}
  if ! said=$(openssl req -x509 -newkey rsa:2048 -nodes -sha512 -days 365 -subj "$subject" \
    -addext "subjectAltName=DNS:${name%%/*}" \
    -keyout "$folder/$certificate.pem" -out "$folder/$certificate.crt" 2>&1); then
    echo "$said" >&2
    exit 1
  fi
  euare-servercertupload -s "$certificate" \
    --certificate-file "$folder/$certificate.crt" --private-key-file "$folder/$certificate.pem"
  arn=$(certificate_arn)
fi

# A login holds on each console and after an update, as long as the key stays the same.
if [ -n "$cookie_key" ]; then
  echo "$cookie_key" > "$folder/$stack.cookie-key"
elif [ ! -s "$folder/$stack.cookie-key" ]; then
  openssl rand -hex 32 > "$folder/$stack.cookie-key"
fi

parameters=(
  -p "KeyName=$key"
  -p "ImageId=$image"
  -p "InstanceType=$type"
  -p "CloudIP=$cloud_ip"
  -p "SSHLocation=$ssh_location"
  -p "SSLCertArn=$arn"
  -p "DesiredConsoles=$consoles"
  -p "CookieKey=$(cat "$folder/$stack.cookie-key")"
)
template=$here/console-stack.template.yaml
if [ -z "$status" ]; then
  euform-create-stack --wait --template-file "$template" "$stack" "${parameters[@]}"
elif ! said=$(euform-update-stack --wait --template-file "$template" "$stack" "${parameters[@]}" 2>&1); then
  case $said in
    *'No updates are to be performed'*) ;;
    *) echo "$said" >&2; exit 1 ;;
  esac
fi

euform-describe-stacks "$stack" | grep '^OUTPUT'
if [ -e "$folder/$certificate.crt" ]; then
  echo "certificate: $folder/$certificate.crt"
fi
