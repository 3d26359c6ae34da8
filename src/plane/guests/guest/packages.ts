// SPDX-License-Identifier: BSD-2-Clause
// The packages that a guest can install: what files they bring. Nothing is fetched.

/** `eucalyptus-release.rpm` and such, which elsewhere tell where packages are. */
export const releasePackage =
  /^(?:https?:\/\/[^\s]{1,200}\/)?(?:eucalyptus|euca2ools|eucaconsole|epel|elrepo)-release(?:-[\w.-]{1,60})?(?:\.rpm)?$/

export const consoleFile = '/etc/eucaconsole/console.ini'

/** With the names that the console has had for its settings (clchost of 4.0, ufshost of 4.1). */
const consoleIni = (cloudPort: number): string => `[app:main]
clchost = localhost
clcport = ${cloudPort}
ufshost = localhost
ufsport = ${cloudPort}
uiport = 8888
session.secure = false
`

export const packages: Readonly<
  Record<string, ((cloudPort: number) => Readonly<Record<string, string>>) | undefined>
> = {
  __proto__: null as never,
  eucaconsole: cloudPort => ({ [consoleFile]: consoleIni(cloudPort) }),
}
