// Everything that came from outside becomes text, never markup.

export const byId = id => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** A name, in quotes of its own direction: text from right to left, or with controls, can't rearrange what is around it. */
export const named = text => element('bdi', { class: 'name' }, visible(text));

/** Control and formatting characters are shown by their code point, so two different names never look alike by them. */
export const visible = text =>
  String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, mark => `\\u{${mark.codePointAt(0).toString(16)}}`);
