// SPDX-License-Identifier: BSD-2-Clause
// A bundle that nothing of ours has touched: a shell script with tar, gzip, openssl and split.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, succeeded } from '../support/programs'
import type { ServedCloud } from './served-cloud'

/** Programs of the script, for `need`. */
export const bundlers = ['sh', 'tar', 'gzip', 'openssl', 'split', 'sha1sum', 'od'] as const

const script = `
set -eu
cd "$FOLDER"
key=$(openssl rand -hex 16)
iv=$(openssl rand -hex 16)
tar $HOW -cf image.tar "$NAME"
gzip -c image.tar | openssl enc -aes-128-cbc -K "$key" -iv "$iv" -out sealed
split -b 5000 -d -a 2 sealed "$NAME.part."
hex() { od -An -v -tx1 | tr -d ' \\n'; }
wrap() { printf %s "$2" | openssl pkeyutl -encrypt -certin -inkey "$1" | hex; }
sum() { sha1sum "$1" | cut -c 1-40; }
size() { wc -c < "$1" | tr -d ' '; }
algorithm='algorithm="AES-128-CBC"'
list= count=0
for part in "$NAME".part.*; do
  digest="<digest algorithm=\\"SHA1\\">$(sum "$part")</digest>"
  list="$list<part index=\\"$count\\"><filename>$part</filename>$digest</part>"
  count=$((count + 1))
done
machine="<machine_configuration><architecture>x86_64</architecture></machine_configuration>"
image="<image><name>$NAME</name><user>$ACCOUNT</user><type>machine</type>\\
<digest algorithm=\\"SHA1\\">$(sum image.tar)</digest>\\
<size>$(size "$NAME")</size><bundled_size>$(size sealed)</bundled_size>\\
<ec2_encrypted_key $algorithm>$(wrap "$CLOUD" "$key")</ec2_encrypted_key>\\
<user_encrypted_key $algorithm>$(wrap "$CERTIFICATE" "$key")</user_encrypted_key>\\
<ec2_encrypted_iv $algorithm>$(wrap "$CLOUD" "$iv")</ec2_encrypted_iv>\\
<user_encrypted_iv $algorithm>$(wrap "$CERTIFICATE" "$iv")</user_encrypted_iv>\\
<parts count=\\"$count\\">$list</parts></image>"
signature=$(printf %s "$machine$image" | openssl dgst -sha1 -sign "$KEY" | hex)
bundler="<bundler><name>sh</name><version>1</version><release>0</release></bundler>"
{
  printf '<?xml version="1.0"?>\\n<manifest><version>2007-10-10</version>%s' "$bundler"
  printf '%s%s<signature>%s</signature></manifest>' "$machine" "$image" "$signature"
} > "$NAME.manifest.xml"
rm image.tar sealed "$NAME"
`

/** Bundle a disk into a new folder below the work folder: `NAME.manifest.xml` and its parts. The folder's path. */
export const bundleByHand = async (
  cloud: ServedCloud,
  name: string,
  disk: Buffer,
  /** Options of tar. */
  how = '--format=gnu',
): Promise<string> => {
  const folder = join(cloud.work, `bundle-of-${name}`)
  mkdirSync(folder)
  writeFileSync(join(folder, name), disk)
  const env = {
    ...cloud.env,
    FOLDER: folder,
    NAME: name,
    HOW: how,
    ACCOUNT: cloud.accountId,
    CLOUD: cloud.files.cloudCertificate,
    CERTIFICATE: cloud.files.certificate,
    KEY: cloud.files.key,
  }
  succeeded(await run('sh', ['-c', script], { env }), 'bundling by hand')
  return folder
}
