// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { locate } from '../../src/imports/locate'

const here = { url: 'http://cloud.example:8773/services/objectstorage' }
const west = { url: 'https://s3.west.example/' }

const found = (url: string, ...places: { url: string }[]): string | undefined => {
  const located = locate(url, places.length > 0 ? places : [here, west])
  return located && `${located.place === here ? 'here' : 'west'} ${located.bucket} ${located.key}`
}

describe('the address of an object', () => {
  it('has bucket and key below the endpoint’s path', () => {
    assert.equal(found('http://cloud.example:8773/services/objectstorage/b/a/k?Signature=/x'), 'here b a/k')
    assert.equal(found('HTTP://Cloud.Example:8773/services/objectstorage/b/k#x'), 'here b k')
    assert.equal(found('http://cloud.example:8773/services/objectstorage/b%2Bc/a%20k'), 'here b+c a k')
    assert.equal(found('https://s3.west.example:443/b/k'), 'west b k')
    assert.equal(found('http://[::1]:8773/s3/b/k', { url: 'http://[::1]:8773/s3/' }), 'west b k')
  })

  it('keeps dots and empty components of a key', () => {
    assert.equal(found('https://s3.west.example/b/u//tmp/../disk.img'), 'west b u//tmp/../disk.img')
    assert.equal(found('https://s3.west.example/b/./disk.img'), 'west b ./disk.img')
  })

  it('may have the bucket before the endpoint’s host', () => {
    assert.equal(found('https://my.bucket.s3.west.example/a/k'), 'west my.bucket a/k')
    assert.equal(found('http://b.cloud.example:8773/services/objectstorage/k'), 'here b k')
    assert.equal(found('http://b.cloud.example:8773/k'), 'here b k')
  })

  it('belongs to the endpoint with its port, and else to one on the same host', () => {
    const other = { url: 'http://cloud.example:9773/services/objectstorage' }
    assert.equal(found('http://cloud.example:8773/services/objectstorage/b/k', other, here), 'here b k')
    assert.equal(found('http://cloud.example:1/services/objectstorage/b/k', here, other), 'here b k')
  })

  it('belongs nowhere when host or path are others', () => {
    for (const url of [
      'http://elsewhere.example/services/objectstorage/b/k',
      'http://xcloud.example:8773/services/objectstorage/b/k',
      'http://cloud.example:8773/services/compute/b/k',
      'http://cloud.example:8773/services/objectstorage/b',
      'http://cloud.example:8773/services/objectstorage/b/',
      'http://cloud.example:8773/services/objectstorage//k',
      'http://cloud.example:8773/services/objectstorage/b/%zz',
      'https://s3.west.example',
      'https://.s3.west.example/k',
      'ftp://s3.west.example/b/k',
      'b/k',
      '',
    ])
      assert.equal(found(url), undefined, url)
  })
})
