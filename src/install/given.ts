// SPDX-License-Identifier: BSD-2-Clause
// What the tools of bundles are given on their command lines, by the names of src/cli/bundle/options.ts.

export interface BundleArgs {
  readonly image: string
  readonly prefix: string | undefined
  readonly destination: string | undefined
  readonly arch: string
  readonly privatekey: string | undefined
  readonly cert: string | undefined
  readonly ec2cert: string | undefined
  readonly user: string | undefined
  readonly kernel: string | undefined
  readonly ramdisk: string | undefined
  readonly bootstrapUrl: string | undefined
  readonly blockDeviceMappings: Readonly<Record<string, string>> | undefined
  readonly productcodes: readonly string[]
  readonly imageType: 'machine' | 'kernel' | 'ramdisk'
  readonly imageSize: number | undefined
  readonly partSize: number
  readonly encKey: string | undefined
  readonly encIv: string | undefined
}

export interface UploadArgs {
  readonly bucket: string
  readonly acl: string
  /** Base64. */
  readonly uploadPolicy: string | undefined
  readonly uploadPolicyFile: string | undefined
  readonly uploadPolicySignature: string | undefined
  readonly location: string | undefined
  readonly retry: string | undefined
}

export interface PlaceArgs {
  readonly bucket: string
  readonly manifest: string | undefined
  readonly prefix: string | undefined
  readonly localManifest: string | undefined
}

/** Where the bundle's manifest is. */
export const manifestSource = (
  { manifest, prefix, localManifest }: PlaceArgs,
  path: (file: string) => string,
): { readonly object: string } | { readonly file: string } =>
  localManifest === undefined ? { object: manifest ?? prefix ?? '' } : { file: path(localManifest) }

/** A file in a directory as its user knows it: the directory as it was typed, nothing normalised. */
export const composedPath = (directory: string, name: string): string =>
  directory === '' || directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`

/** What is wrong with `--json` when the data itself goes to standard output; undefined when nothing is. */
export const jsonFault = (json: boolean, destination: string | undefined): string | undefined =>
  json && (destination === '-' || destination === undefined)
    ? 'argument --json: not allowed with data on standard output'
    : undefined
