/** Rectangles in pixels, and the room that lines leave between them. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Return whether two boxes are closer than `gap` to each other. */
export function overlap(one: Box, other: Box, gap = 0): boolean {
  return (
    one.left < other.left + other.width + gap &&
    other.left < one.left + one.width + gap &&
    one.top < other.top + other.height + gap &&
    other.top < one.top + one.height + gap
  );
}

export function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.left + inner.width <= outer.left + outer.width &&
    inner.top + inner.height <= outer.top + outer.height
  );
}

export type Pixel = readonly [x: number, y: number];

/** The vertical extent of a path in each column of pixels. */
export class Profile {
  private readonly tops = new Map<number, number>();
  private readonly bottoms = new Map<number, number>();

  /** Add a stroke from one pixel to another; `above` is room that it takes in addition. */
  addStroke([fromX, fromY]: Pixel, [toX, toY]: Pixel, above = 0): void {
    const [left, right] = fromX <= toX ? [fromX, toX] : [toX, fromX];
    const heightAt = (x: number) =>
      toX === fromX ? fromY : fromY + ((x - fromX) / (toX - fromX)) * (toY - fromY);
    for (let column = Math.floor(left); column <= right; column += 1) {
      const ends =
        toX === fromX
          ? [fromY, toY]
          : [heightAt(Math.max(column, left)), heightAt(Math.min(column + 1, right))];
      this.extend(column, Math.min(...ends) - above, Math.max(...ends));
    }
  }

  private extend(column: number, top: number, bottom: number): void {
    this.tops.set(column, Math.min(top, this.tops.get(column) ?? top));
    this.bottoms.set(column, Math.max(bottom, this.bottoms.get(column) ?? bottom));
  }

  /** Return whether the path comes closer than `gap` to a box. */
  touches(box: Box, gap: number): boolean {
    const right = box.left + box.width + gap;
    for (let column = Math.floor(box.left - gap); column <= right; column += 1) {
      const [top, bottom] = [this.tops.get(column), this.bottoms.get(column)];
      if (top === undefined || bottom === undefined) {
        continue;
      }
      if (top < box.top + box.height + gap && bottom > box.top - gap) {
        return true;
      }
    }
    return false;
  }
}
