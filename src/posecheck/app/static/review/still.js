// The beginning of a video, to point at somebody or at an arm.
export function start(root, data, clicked) {
  const button = document.createElement("button"), image = Object.assign(document.createElement("img"), { src: data.picture, alt: data.alt });
  button.type = "button";
  button.title = data.alt;
  button.append(image);
  button.onclick = (event) => {
    const box = image.getBoundingClientRect();
    if (event.detail) clicked({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.width, n: Date.now() });
  };
  root.replaceChildren(button);
  return () => {};
}
