// What a killed recorder records: bytes that say where they belong, so that one lost, doubled or moved is seen.

export function told(from: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, nth) => 33 + ((from + nth) % 89)));
}
