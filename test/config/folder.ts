// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadSettings, type Settings, type SettingsOptions } from '../../src/config'

/** A home folder and a system folder of a test's own, made of the files given by name. */
export interface Folder {
  readonly path: string
  write(name: string, text: string): string
  settings(env?: Readonly<Record<string, string>>, options?: SettingsOptions, now?: number): Settings
  remove(): void
}

export const newFolder = (): Folder => {
  const path = mkdtempSync(join(tmpdir(), 'mallee-config-'))
  return {
    path,
    write: (name, text) => {
      const file = join(path, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      return file
    },
    settings: (env = {}, options = {}, now = Date.parse('2014-02-16T12:00:00Z')) =>
      loadSettings({
        env,
        options,
        home: join(path, 'home'),
        cwd: path,
        systemFolder: join(path, 'etc'),
        processId: 4711,
        now: () => now,
      }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** What `assert.throws` compares a ConfigError with. */
export const configError = (message: string) => ({ name: 'ConfigError', message })
