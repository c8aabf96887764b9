"""What a story says, and the paper with which its people agree."""

from typing import Self

from market.feedback.actions.stories import NewStory, StoryText
from market.feedback.models import Story
from market.feedback.rules.stories import (
    GROUND_WORDS,
    LONGEST_BULLETIN,
    LONGEST_PAPER,
    LONGEST_TITLE,
    LONGEST_WORDS,
    StoryGround,
)
from market.web.base.forms import BaseForm, ChoiceField, KeyField, ParagraphsField, TextField, at_most, required


class StoryForm(BaseForm):
    title = TextField("Tên chuyện", [required("Mời viết tên chuyện."), at_most(LONGEST_TITLE)])
    words = ParagraphsField("Chuyện, cho trang chợ", [required("Mời viết chuyện."), at_most(LONGEST_WORDS)])
    bulletin = ParagraphsField(
        "Lời cho loa truyền thanh", [required("Mời viết lời cho loa."), at_most(LONGEST_BULLETIN)]
    )

    @classmethod
    def of_story(cls, story: Story) -> Self:
        return cls.of_request(data={"title": story.title, "words": story.words, "bulletin": story.bulletin})

    def as_text(self) -> StoryText:
        return StoryText(title=self.title.data or "", words=self.words.data or "", bulletin=self.bulletin.data or "")


class NewStoryForm(StoryForm):
    client_key = KeyField()
    ground = ChoiceField("Vì sao kể chuyện này", choices={one.value: words for one, words in GROUND_WORDS.items()})

    def as_new(self, commune_id: int, business_id: int) -> NewStory:
        return NewStory(
            commune_id=commune_id,
            business_id=business_id,
            ground=StoryGround(self.ground.data),
            text=self.as_text(),
            client_key=self.client_key.data,
        )


class StoryPaperForm(BaseForm):
    paper = TextField(
        "Giấy đồng ý đã xem", [required("Mời ghi giấy gì, ai ký, ngày nào, cất ở đâu."), at_most(LONGEST_PAPER)]
    )
