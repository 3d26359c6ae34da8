// SPDX-License-Identifier: BSD-2-Clause
import type { Row } from './cell'

export interface CatalogLine {
  readonly name: string
  readonly os: string
  readonly architecture: string
  readonly version: string
  readonly hypervisorsSupported: readonly string[]
  readonly description: string
  readonly date: string
  readonly stamp: string
  readonly recipe: string
  readonly contact: string
}

/** A record per image of the catalog (output.md 12). */
export const catalogRows = (images: readonly CatalogLine[], verbose: boolean): Row[] =>
  images.map(image => [
    image.name,
    image.os,
    image.architecture,
    image.version,
    image.hypervisorsSupported.join(','),
    image.description,
    ...(verbose ? [image.date, image.stamp, image.recipe, image.contact] : []),
  ])
