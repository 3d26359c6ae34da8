// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path'
import { builtInCatalog } from '../catalog/address'
import { type Catalog, readCatalog } from '../catalog/catalog'
import type { Context } from '../cli/context'

/** The catalog that options, environment or region name, else the built-in one. Its warnings are printed. */
export const openCatalog = async (context: Context, given?: string): Promise<Catalog> => {
  const settings = await context.settings()
  const address = settings.eustoreUrl(given)
  // A folder may be given too, and is looked for from where the user is.
  const url =
    address === undefined || /^[A-Za-z][A-Za-z0-9+.-]+:/.test(address) ? address : context.path(address)
  const { env, home, packageRoot } = context.io
  const catalog = await readCatalog({
    builtIn: builtInCatalog(packageRoot),
    cacheDirectory: join(env.XDG_CACHE_HOME || join(home, '.cache'), 'mallee', 'catalog'),
    http: { silenceSeconds: settings.timeoutSeconds },
    signal: context.signal,
    ...(url !== undefined && { url }),
  })
  for (const warning of catalog.warnings) await context.warn(`${context.prog}: warning: ${warning}`)
  return catalog
}
