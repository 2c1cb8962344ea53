// The words of the scripts, in the reader's language; the page brings them.

const words = JSON.parse(document.getElementById('texts').textContent);

// text is a text of the catalogue, client.<key>, with its {names} filled in.
export function text(key, values = {}) {
  return String(words[key] === undefined ? key : words[key]).replace(/\{(\w+)\}/g, (all, name) => (values[name] === undefined ? all : String(values[name])));
}

// element makes an element of a class with a text, never with markup.
export function element(name, className = '', words = undefined) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
}
