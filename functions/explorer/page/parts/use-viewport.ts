import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Where a scrolling element stands and how large its view is, as signals. */
export function useViewport(element: RefObject<HTMLElement | null>) {
  const scrollTop = useSignal(0);
  const scrollLeft = useSignal(0);
  const height = useSignal(0);
  const width = useSignal(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const read = () => {
      scrollTop.value = current.scrollTop;
      scrollLeft.value = current.scrollLeft;
      height.value = current.clientHeight;
      width.value = current.clientWidth;
    };
    const observer = new ResizeObserver(read);
    observer.observe(current);
    current.addEventListener("scroll", read, { passive: true });
    read();
    return () => {
      observer.disconnect();
      current.removeEventListener("scroll", read);
    };
  }, []);
  return { scrollTop, scrollLeft, height, width };
}
