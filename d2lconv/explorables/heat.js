// Numbers of paths as heat.
import { css, inkOn, signed } from "./colours.js";
import { draw } from "./controls.js";

/**
 * The paths from each element of a field, as shades and, where there is room, as numbers.
 * @param {number[]} counts along one axis
 * @param {number} cell
 */
export function heatOf(counts, cell) {
	const most = Math.max(...counts) ** 2;
	const shade = signed(most);
	const legible = cell >= 15 && String(most).length * 6.6 < cell - 4;
	return counts.flatMap((down, i) =>
		counts.flatMap((across, j) => {
			const count = down * across;
			if (!count) return [];
			// One path among thousands should still be seen, and a number on the deepest shade be read.
			const [light, dark] = [false, true].map((dark) => shade(0.15 * most + 0.7 * count, dark));
			const fill = `fill:light-dark(${css(light)},${css(dark)})`;
			const ink = `fill:light-dark(${inkOn(light)},${inkOn(dark)})`;
			const [x, y] = [j * cell, i * cell];
			const ground = draw("rect", { x, y, width: cell, height: cell, style: fill });
			return legible ? [ground, draw("text", { x: x + cell / 2, y: y + cell / 2 + 4, style: ink }, String(count))] : [ground];
		}),
	);
}
