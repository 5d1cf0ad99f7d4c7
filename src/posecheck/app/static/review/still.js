// The beginning of a video, to point at somebody or at an arm. Whoever has no mouse answers in the fields beside it.
export function start(root, data, clicked) {
  const picture = document.createElement("button"), image = Object.assign(document.createElement("img"), { src: data.picture, alt: data.alt });
  const mark = Object.assign(document.createElement("span"), { className: "mark" });
  const put = (x, y) => {
    // Both are parts of the picture's width.
    mark.style.left = `${100 * x}%`;
    mark.style.top = `${(100 * y * image.naturalWidth) / image.naturalHeight}%`;
    picture.append(mark);
  };
  picture.type = "button";
  picture.append(image);
  if (data.mark) image.onload = () => put(...data.mark);
  picture.onclick = (event) => {
    if (!event.detail) return; // a key points nowhere
    const box = image.getBoundingClientRect(), x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.width;
    put(x, y);
    clicked({ x, y, n: Date.now() });
  };
  root.replaceChildren(picture);
  return () => {};
}
