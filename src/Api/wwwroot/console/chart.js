import { element } from './dom.js';

const points = 60;
const width = 240;
const height = 44;

const svg = (name, attributes) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

/**
 * The last minute of a few numbers, as lines over one scale, with the latest of each as text.
 * @param series [{ key, label }], in the order of the legend.
 */
export class Chart {
  #series;
  #unit;
  #values;
  #drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img' });
  #peak = element('span', { class: 'muted peak' });

  constructor(place, series, unit) {
    this.#unit = unit;
    this.#values = series.map(() => []);
    const legend = element('p', { class: 'legend' });
    this.#series = series.map(({ key, label }) => {
      const number = element('b', { 'data-figure': key }, '–');
      legend.append(element('span', { class: `key ${key}` }, number, ` ${label}`));
      const line = svg('polyline', { class: `line ${key}`, 'vector-effect': 'non-scaling-stroke' });
      this.#drawing.append(line);
      return { key, label, number, line };
    });
    place.append(legend, element('div', { class: 'plot' }, this.#drawing, this.#peak));
  }

  /** A value for each series by its key; none where it isn't known. */
  add(values) {
    this.#series.forEach(({ key }, index) => {
      this.#values[index].push(values[key] ?? null);
      if (this.#values[index].length > points) this.#values[index].shift();
    });
    this.#draw();
  }

  #draw() {
    const known = this.#values.flat().filter(value => value !== null);
    const top = Math.max(1, ...known);
    this.#series.forEach(({ number, line }, index) => {
      const values = this.#values[index];
      const latest = values.at(-1);
      number.textContent = format(latest);
      const step = width / (points - 1);
      line.setAttribute('points', values
        .map((value, at) => value === null ? null : `${(width - (values.length - 1 - at) * step).toFixed(1)},${(height - 2 - (value / top) * (height - 6)).toFixed(1)}`)
        .filter(point => point !== null).join(' '));
    });
    this.#peak.textContent = known.length ? `peak ${format(Math.max(...known))}` : '';
    this.#drawing.setAttribute('aria-label',
      this.#series.map(({ label }, index) => `${label}: ${format(this.#values[index].at(-1))} ${this.#unit}`).join(', '));
  }
}

function format(value) {
  if (value === null || value === undefined) return '–';
  if (value >= 10_000) return `${(value / 1000).toFixed(value >= 100_000 ? 0 : 1)}k`;
  return Number.isInteger(value) || value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}
