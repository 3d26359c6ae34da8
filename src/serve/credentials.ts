// SPDX-License-Identifier: BSD-2-Clause
import { rename, writeFile } from 'node:fs/promises'
import { Engine } from '../engine/engine'
import { credentialFiles, writeCredentialFolder, zipOf } from '../engine/iam/credentials'
import { servers } from './claim'

export interface CredentialOrder {
  readonly home: string
  readonly account: string
  readonly user: string
  readonly endpoint: string | undefined
  /** A folder, or a file whose name ends in .zip. */
  readonly path: string
}

/** Write a user's credential folder or archive. Throws the engine's refusal when there is no such user. */
export const writeCredentials = async ({
  home,
  account,
  user,
  endpoint,
  path,
}: CredentialOrder): Promise<void> => {
  const engine = await Engine.open({ home })
  try {
    const address = endpoint ?? servers(home)[0]?.endpoint ?? 'http://127.0.0.1:8773'
    const files = engine.read(tx =>
      credentialFiles(tx, { account, user, endpoint: address.replace(/\/+$/, '') }),
    )
    if (!path.endsWith('.zip')) {
      writeCredentialFolder(path, files)
      return
    }
    await writeFile(`${path}.part`, zipOf(files, new Date()), { mode: 0o600 })
    await rename(`${path}.part`, path)
  } finally {
    await engine.close()
  }
}
