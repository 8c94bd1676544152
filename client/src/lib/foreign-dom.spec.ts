import { beforeEach, expect, it } from 'vitest';
import { bearForeignChanges } from './foreign-dom';

let parent: HTMLElement;
let [first, text]: Node[] = [];

beforeEach(() => {
  const { removeChild, insertBefore } = Node.prototype;
  bearForeignChanges();
  parent = document.createElement('div');
  first = parent.appendChild(document.createElement('b'));
  text = parent.appendChild(document.createTextNode('text'));
  return () => Object.assign(Node.prototype, { removeChild, insertBefore });
});

const wrap = (node: Node) => {
  const [outer, inner] = [document.createElement('font'), document.createElement('font')];
  outer.append(inner);
  node.parentNode?.insertBefore(outer, node);
  inner.append(node);
};
const shown = () => parent.innerHTML;

it('leaves everything else as it is', () => {
  expect(parent.insertBefore(document.createElement('i'), text as Node)).toBe(parent.children[1]);
  expect(parent.insertBefore(document.createElement('u'), null)).toBe(parent.lastChild);
  expect(parent.removeChild(first as Node)).toBe(first);
  expect(shown()).toBe('<i></i>text<u></u>');
});

it('removes what somebody put into an element of theirs along with that', () => {
  wrap(text as Node);
  expect(parent.removeChild(text as Node)).toBe(text);
  expect(shown()).toBe('<b></b>');
});

it('puts in front of it what belongs there', () => {
  wrap(text as Node);
  parent.insertBefore(document.createElement('i'), text as Node);
  expect(shown()).toBe('<b></b><i></i><font><font>text</font></font>');
});

it('does without what is gone', () => {
  text?.parentNode?.removeChild(text as Node);
  parent.removeChild(text as Node);
  parent.insertBefore(document.createElement('i'), text as Node);
  expect(shown()).toBe('<b></b><i></i>');
});
